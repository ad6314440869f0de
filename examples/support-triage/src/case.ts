/** A case as it goes from hand to hand, and what was found on the way. */
import type { Context } from '@cantata/sdk';

export interface Case {
  readonly customer: string;
  readonly message: string;
  readonly patience_seconds: number;
}

/** What a desk gives beside a hand-off, or as its answer. */
export interface Finding {
  /** For the customer. */
  readonly reply: string;
  /** Who answers for it. */
  readonly owner: string;
}

/** What desks before this one found, the oldest first. Nothing of it is lost when a case is handed on. */
export function foundBefore({ team }: Context): readonly Finding[] {
  return team.messages.map(({ output }) => output as unknown).filter(isFinding);
}

/** One letter of all that was found. */
export function letter(before: readonly Finding[], own: Finding): Finding {
  const replies = [...before, own].map(({ reply }) => reply).filter((reply) => reply !== '');
  return { reply: replies.join(' '), owner: own.owner };
}

function isFinding(value: unknown): value is Finding {
  return typeof value === 'object' && value !== null && 'reply' in value && 'owner' in value;
}
