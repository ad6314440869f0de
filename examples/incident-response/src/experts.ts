/**
 * Experts who each see a part. None is told when it is their turn to know something: each looks at the board and adds what
 * follows from what is there, once.
 */
import { type AgentDefinition, defineAgent, type Json } from '@cantata/sdk';
import { type Board, boardOf, type Proposal, type Suspect, type Symptom } from './board.ts';
import { type Evidence, evidenceOf } from './evidence.ts';

/** More failures than that are a symptom. */
const USUAL_PER_CENT = 1;

function expert(
  description: string,
  key: keyof Board,
  see: (board: Board, evidence: Evidence) => object | undefined,
): AgentDefinition {
  return defineAgent({
    description,
    perform({ service }: { readonly service: string }, context) {
      const board = boardOf(context);
      const seen = board[key] === undefined ? see(board, evidenceOf(service)) : undefined;
      if (seen === undefined) return 'nothing to add';
      context.team.write(key, seen as Json);
      return `found: ${key}`;
    },
  });
}

export const metrics = expert('Sees since when requests fail.', 'symptom', (_, { failures }) => {
  const first = failures.find(([, perCent]) => perCent > USUAL_PER_CENT);
  if (first === undefined) return undefined;
  const worst = Math.max(...failures.map(([, perCent]) => perCent));
  return { since: first[0], perCent: worst } satisfies Symptom;
});

export const logs = expert('Reads what is said most since then.', 'errors', ({ symptom }, evidence) => {
  if (symptom === undefined) return undefined;
  const near = evidence.logs.filter(({ time }) => isShortlyBefore(time, symptom.since));
  const [most] = near.toSorted((a, b) => b.times - a.times);
  return most === undefined ? undefined : { line: most.line, times: most.times };
});

export const changes = expert(
  'Knows what was changed shortly before.',
  'suspect',
  ({ symptom }, evidence) => {
    if (symptom === undefined) return undefined;
    const change = evidence.changes.find(({ time }) => isShortlyBefore(time, symptom.since));
    return change === undefined ? { id: null } : ({ id: change.id, what: change.what } satisfies Suspect);
  },
);

export const commander = expert('Proposes what to do, once there is a cause.', 'proposal', (board) => {
  const { errors, suspect } = board;
  if (errors === undefined || suspect === undefined) return undefined;
  return suspect.id === null ? withoutChange(errors.line) : rollback(suspect, errors.line);
});

function rollback({ id, what }: Suspect, line: string): Proposal {
  return {
    cause: `${id} (${what}); since then: ${line}`,
    remedy: `Roll back ${id}`,
    harm: 'puts back what ran all morning',
    harmless: true,
  };
}

function withoutChange(line: string): Proposal | undefined {
  const host = /^(\S+): no space left/.exec(line)?.[1];
  if (host === undefined) return undefined;
  return {
    cause: line,
    remedy: `Delete the oldest index on ${host}`,
    harm: 'cannot be undone',
    harmless: false,
  };
}

const NEAR_MINUTES = 10;

function isShortlyBefore(time: string, since: string): boolean {
  const before = minutes(since) - minutes(time);
  return before >= 0 && before <= NEAR_MINUTES;
}

function minutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number) as [number, number];
  return hour * 60 + minute;
}
