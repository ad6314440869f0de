import type { FinishedExecution } from '../finished.ts';
import { deedAddress } from '../ledger.ts';
import { isPlain } from '../programs/program.ts';
import { TeamTurns } from '../team-turns.ts';
import type { Invariant } from './invariant.ts';

export const once: Invariant = {
  name: 'once',
  says: 'Each side effect is applied once, under one key; what completed was done, and completed once.',
  *check({ deeds, executions }) {
    const keyOf = new Map<string, string>();
    const addressOf = new Map<string, string>();
    for (const deed of deeds) {
      const address = deedAddress(deed);
      const key = keyOf.get(address) ?? deed.key;
      if (key !== deed.key) yield `${address} was done under two keys: ${key} and ${deed.key}`;
      const other = addressOf.get(deed.key) ?? address;
      if (other !== address) yield `${deed.key} is the key of two things: ${other} and ${address}`;
      keyOf.set(address, deed.key);
      addressOf.set(deed.key, address);
    }
    for (const execution of executions) yield* completions(execution, keyOf);
  },
};

function* completions(
  { id, log, workflow }: FinishedExecution,
  done: ReadonlyMap<string, string>,
): Iterable<string> {
  const completed = new Set<string>();
  const byAgent = new Set(workflow.program.tasks.filter(isPlain()).map((task) => task.id));
  // By its other versions a task may have been no agent's: then what was handed out says whose it was.
  const isUpgraded = log.some(({ event }) => event.type === 'workflow.upgraded');
  const handedOut = new Set<string>();
  const teams = new TeamTurns();
  for (const { event } of log) {
    teams.take(event);
    if (event.type === 'agent.task_assigned')
      handedOut.add(deedAddress({ execution: id, activation: 1, kind: 'perform', ...event }));
    const isOpening = event.type === 'pattern.started' && event.opening === true;
    if (event.type !== 'task.completed' && !isOpening) continue;
    const address = deedAddress({ execution: id, activation: 1, kind: 'perform', ...event });
    // The result of a team is put together from its turns; what people say leaves no trace outside.
    if (!isOpening && teams.isNoDeed(event)) continue;
    if (completed.has(address)) yield `${address} was completed twice`;
    completed.add(address);
    const isTurn = teams.items(event) !== undefined;
    const isDeed = isTurn || (isUpgraded ? handedOut.has(address) : byAgent.has(event.task));
    if (!done.has(address) && isDeed) yield `${address} was completed and never done`;
  }
}
