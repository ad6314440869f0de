import type { Invariant } from './invariant.ts';

export const accepted: Invariant = {
  name: 'accepted',
  says: 'What was accepted exists, and what exists was asked for.',
  *check({ accepted: ids, executions, resources }) {
    const known = new Set(executions.map(({ id }) => id));
    for (const id of ids) if (!known.has(id)) yield `${id} was accepted and does not exist`;
    const granted = new Set<string>();
    for (const { log } of resources) {
      for (const { event } of log) if (event.type === 'admission.granted') granted.add(event.execution);
    }
    for (const id of known) if (!granted.has(id)) yield `${id} exists without having been admitted`;
    for (const { id, log } of executions) {
      const requests = log.filter(({ event }) => event.type === 'workflow.requested').length;
      if (requests !== 1) yield `${id} was requested ${requests} times`;
    }
  },
};
