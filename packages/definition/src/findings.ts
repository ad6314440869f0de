/** Collects what is found while a document is read. Positions are looked up at the end, for what was found only. */
import { effectOf, type ProblemCode, type ProblemEffect } from './codes.ts';
import type { Hint } from './hint.ts';
import { LIMITS } from './limits.ts';
import type { Path } from './path.ts';

export interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: Path;
  /** The key of the last segment, its value, or an offset where the text itself is at fault. */
  readonly at: 'key' | 'value' | number;
  /** Where in the value, if that is a text: UTF-16 units from 0. */
  readonly within?: number | undefined;
  readonly hint?: Hint | undefined;
}

export class Findings {
  readonly list: Finding[] = [];
  readonly #counts: Record<ProblemEffect, number> = { unreadable: 0, invalid: 0, notice: 0 };
  #omitted = 0;

  get omitted(): number {
    return this.#omitted;
  }

  /** What the gravest finding makes of the document. */
  get worst(): ProblemEffect | undefined {
    if (this.#counts.unreadable > 0) return 'unreadable';
    if (this.#counts.invalid > 0) return 'invalid';
    return this.#counts.notice > 0 ? 'notice' : undefined;
  }

  add(finding: Finding): void {
    const effect = effectOf(finding.code);
    this.#counts[effect]++;
    // Few are unreadable, and each decides the outcome: they are always listed.
    if (this.list.length < LIMITS.problems || effect === 'unreadable') this.list.push(finding);
    else this.#omitted++;
  }
}
