import { CantataError, type Definition, type Store } from '@cantata/core';
import { STANDARD } from '@cantata/definition';
import { expect, test } from 'vitest';
import { explainConflict } from './conflict.ts';

const attempted = {
  store: {} as Store,
  patterns: STANDARD,
  file: 'w.yaml',
  definition: { name: 'w', version: '1.0' } as Definition,
  hint: {
    look: (command: string) => `cantata ${command} --data there`,
    drive: (command: string) => `cantata ${command}`,
  },
};

test('a start that nobody answered for in time is named, with the commands that show and follow it', async () => {
  const error = new CantataError('answer_timeout', 'no engine answered', {
    detail: { execution_id: 'run-1' },
  });
  expect(await explainConflict(error, attempted)).toMatchObject({
    code: 'answer_timeout',
    message: 'no engine answered',
    exit: 4,
    help: [
      'cantata status run-1 --data there   shows it once it has begun',
      'cantata resume run-1   follows it',
    ],
  });
});

test('an error of which nothing more is known stays as it is', async () => {
  for (const error of [new Error('boom'), new CantataError('store_full', 'full')])
    expect(await explainConflict(error, attempted)).toBe(error);
});
