import type { Invariant } from './invariant.ts';

export const dealtWithOnce: Invariant = {
  name: 'dealt with once',
  says: 'What came through the inbox is dealt with once: it is consumed by one commit, and nothing else follows from it.',
  *check({ commits }) {
    const consumedBy = new Map<string, number>();
    const causedBy = new Map<string, number>();
    for (const { order, commit } of commits) {
      for (const id of commit.consumed) {
        if (consumedBy.has(id)) yield `the message ${id} was consumed twice`;
        consumedBy.set(id, order);
      }
      for (const { entity, sequence, type, causation } of commit.events) {
        const before = causedBy.get(causation);
        if (before !== undefined && before !== order && isMessage(causation))
          yield `${type} (event ${sequence} of ${entity}) follows from ${causation}, which had been dealt with before`;
        causedBy.set(causation, order);
      }
    }
  },
};

/** Commands from outside and messages between entities have ids; timers and answers of agents name something else. */
function isMessage(causation: string): boolean {
  return causation.length >= 36 && !causation.startsWith('timer:');
}
