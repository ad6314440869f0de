/** The board of the war room as an expert sees it. */
import type { Context } from '@cantata/sdk';

export interface Symptom {
  readonly since: string;
  readonly perCent: number;
}

export interface Suspect {
  readonly id: string;
  readonly what: string;
}

export interface Errors {
  readonly line: string;
  readonly times: number;
}

export interface Proposal {
  readonly cause: string;
  readonly remedy: string;
  /** What it may do besides, for whoever is asked. */
  readonly harm: string;
  /** Nobody need say yes to it. */
  readonly harmless: boolean;
}

export interface Board {
  readonly symptom?: Symptom;
  readonly errors?: Errors;
  /** Null where nothing was changed at that time. */
  readonly suspect?: Suspect | { readonly id: null };
  readonly proposal?: Proposal;
}

export interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly by: string;
}

export function boardOf({ team }: Pick<Context, 'team'>): Board {
  return asBoard((team.shown['board'] ?? []) as unknown as readonly Entry[]);
}

export function asBoard(entries: readonly Entry[]): Board {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
