/** `compensate`: how what a task did is undone; and whether anything is, and when. */
import type { Json } from '@cantata/core';
import { type Construct, isPlain, type Program } from './program.ts';

export const compensate: Construct = {
  name: 'compensate',
  add(program, dice) {
    const task = program.pick(dice, isPlain('compensate', 'pattern'));
    if (task === undefined) return;
    task['compensate'] = {
      agent: dice.pick(['few', 'many']),
      ...(dice.chance(0.3) ? { input: { given: '${step.output}', unknown: '${step.unknown}' } } : {}),
      // Of an outcome nobody knows there is nothing to add to.
      ...(dice.chance(0.1) ? { input: '${step.output + [1]}' } : {}),
      ...(dice.chance(0.3) ? { timeout: dice.pick(['2s', '5s']) } : {}),
      ...(dice.chance(0.5) ? { retry_policy: dice.pick(['none', 'fixed', 'linear']) } : {}),
    };
    if (!dice.chance(0.3)) return;
    const others = (program.document['fault_tolerance'] ?? {}) as Readonly<Record<string, Json>>;
    program.document['fault_tolerance'] = {
      ...others,
      saga_pattern: { compensation_enabled: dice.chance(0.8), rollback_on_failure: dice.chance(0.5) },
    };
  },
};

/** Whether steps that say how are undone at all. */
export function canUndo({ document }: Program): boolean {
  return sagaOf(document)?.compensation_enabled !== false;
}

/** Whether a failure undoes what was done, where its task does not say. */
export function rollsBack({ document, tasks }: Program): boolean {
  const saga = sagaOf(document);
  if (saga === undefined) return tasks.some((task) => 'compensate' in task);
  return saga.compensation_enabled && saga.rollback_on_failure;
}

interface Saga {
  readonly compensation_enabled: boolean;
  readonly rollback_on_failure: boolean;
}

function sagaOf(document: Program['document']): Saga | undefined {
  const { fault_tolerance: tolerance } = document as {
    readonly fault_tolerance?: { readonly saga_pattern?: Saga };
  };
  return tolerance?.saga_pattern;
}
