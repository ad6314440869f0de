/** One check of one value: where it is, what was found wrong, and how much it may still cost. */
import type { Json, Mismatch } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { pathText } from '../path.ts';

/** A rule of a schema; false if the value breaks it. */
export type Rule = (value: Json, run: Run) => boolean;

/** A schema, ready to be applied. Filled after it is made, since schemas may refer to themselves. */
export interface Compiled {
  readonly rules: Rule[];
}

/** Applied inside each other, at most; below what the stack holds. */
const DEEPEST = 500;

class Stopped extends Error {}
const STOPPED = new Stopped('the check was stopped');

export class Run {
  readonly mismatches: Mismatch[] = [];
  #steps = LIMITS.schemaSteps;
  #depth = 0;
  #silent = 0;
  readonly #path: (string | number)[] = [];

  /** All reasons why the value does not fit, up to the limit. */
  static of(compiled: Compiled, value: Json): readonly Mismatch[] {
    const run = new Run();
    try {
      run.fits(compiled, value);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      run.#silent = 0;
      run.fail('is too large, or too deep, to be checked against this schema');
    }
    return run.mismatches;
  }

  fits({ rules }: Compiled, value: Json): boolean {
    this.spend(1);
    if (++this.#depth > DEEPEST) throw STOPPED;
    let fits = true;
    for (const rule of rules) fits = rule(value, this) && fits;
    this.#depth--;
    return fits;
  }

  /** The same for a part of the value. */
  fitsAt(key: string | number, compiled: Compiled, value: Json): boolean {
    this.#path.push(key);
    const fits = this.fits(compiled, value);
    this.#path.pop();
    return fits;
  }

  /** Without a word about why not. */
  wouldFit(compiled: Compiled, value: Json): boolean {
    this.#silent++;
    const fits = this.fits(compiled, value);
    this.#silent--;
    return fits;
  }

  /** Completes "`path` …". Returns false, so that a rule can give it back. */
  fail(message: string, key?: string | number): false {
    if (this.#silent > 0 || this.mismatches.length >= LIMITS.mismatches) return false;
    const path = key === undefined ? this.#path : [...this.#path, key];
    this.mismatches.push({ path: pathText(path), message });
    return false;
  }

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw STOPPED;
  }
}
