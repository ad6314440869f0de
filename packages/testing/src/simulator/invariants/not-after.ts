import { type Deed, deedAddress } from '../ledger.ts';
import type { Committed } from '../universe.ts';
import type { Invariant } from './invariant.ts';

interface Completion {
  readonly order: number;
  readonly process: number;
}

export const notAfter: Invariant = {
  name: 'not after',
  says: 'Nobody is asked to perform what is completed, as far as the process could know.',
  *check({ deeds, commits }) {
    const completions = completionsOf(commits);
    for (const deed of deeds) {
      const completion = completions.get(deedAddress(deed));
      if (completion === undefined || completion.order > deed.order) continue;
      if (couldKnow(deed, completion, commits)) {
        yield `${deedAddress(deed)} was asked for in process ${deed.process} after process ${completion.process} had completed it`;
      }
    }
  },
};

function completionsOf(commits: readonly Committed[]): ReadonlyMap<string, Completion> {
  const completions = new Map<string, Completion>();
  for (const { order, process, commit } of commits) {
    for (const { type, entity, data } of commit.events) {
      if (type !== 'task.completed' && type !== 'pattern.started') continue;
      const { opening, ...at } = JSON.parse(data) as {
        readonly task: string;
        readonly item?: number;
        readonly opening?: true;
      };
      // Of a team that begins with an answer, that is what was done; its lead has none but the result.
      if (type === 'pattern.started' && opening === undefined) continue;
      const address = deedAddress({ execution: entity, activation: 1, kind: 'perform', ...at });
      if (!completions.has(address)) completions.set(address, { order, process });
    }
  }
  return completions;
}

/** One that lost its shards in its sleep acts on what it remembers, until a commit tells it; the ledger knows the key. */
function couldKnow(deed: Deed, completion: Completion, commits: readonly Committed[]): boolean {
  if (deed.process === completion.process) return true;
  return commits.some(
    ({ order, process }) => process === deed.process && order > completion.order && order < deed.order,
  );
}
