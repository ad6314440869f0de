import type { FinishedExecution } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const heard: Invariant = {
  name: 'heard',
  says: 'What the outside said and was thanked for is in the log, once; a signal is consumed once, an event once by each task, after it came.',
  *check({ executions, told }) {
    const logged = new Map<string, ReadonlySet<string>>();
    for (const execution of executions) logged.set(execution.id, yield* idsOf(execution));
    for (const { execution, id } of told) {
      if (logged.get(execution)?.has(id) !== true)
        yield `${execution} was told ${id}, and its log knows nothing of it`;
    }
  },
};

const COMES: ReadonlySet<string> = new Set(['signal.received', 'human.answered', 'event.published']);

function* idsOf({ id, log }: FinishedExecution): Generator<string, ReadonlySet<string>> {
  const came = new Set<string>();
  const consumed = new Set<string>();
  for (const { event } of log) {
    if (COMES.has(event.type) && 'id' in event) {
      if (came.has(event.id)) yield `${id} was told ${event.id} twice`;
      came.add(event.id);
    }
    if (event.type === 'event.consumed') {
      if (!came.has(event.id)) yield `${id} has the event ${event.id} before it came`;
      for (const task of event.tasks) {
        if (consumed.has(`${event.id} ${task}`)) yield `${task} of ${id} has the event ${event.id} twice`;
        consumed.add(`${event.id} ${task}`);
      }
    }
    if (event.type !== 'signal.consumed') continue;
    if (!came.has(event.id)) yield `${id} consumed ${event.id} before it came`;
    if (consumed.has(event.id)) yield `${id} consumed ${event.id} twice`;
    consumed.add(event.id);
  }
  return came;
}
