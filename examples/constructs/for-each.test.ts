import { answers } from '@cantata/testing';
import { expect, test } from 'vitest';
import { Example } from './example.ts';

test('an item for each element of a list, as many at a time as may be', async () => {
  const example = new Example();
  example.agents.on('outline', answers(['Sea', 'Storm', 'Shore']));
  const view = await example.run('for-each', { title: 'Waves' });
  expect(view).toMatchObject({ status: 'completed', output: 'bind is done' });
  expect(example.agents.at('write[2]')[0]?.input).toEqual({ book: 'Waves', chapter: 'Shore', number: 3 });
  expect(example.agents.at('bind')[0]?.input).toEqual([
    'write[0] is done',
    'write[1] is done',
    'write[2] is done',
  ]);
  expect(view.performance_metrics.max_parallel).toBe(2);
});
