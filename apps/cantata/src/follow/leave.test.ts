import { CantataError, type ErrorCode } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { expect, test } from 'vitest';
import { leave, leftJson, leftLines } from './leave.ts';

const hint = {
  look: (rest: string) => `cantata ${rest}`,
  drive: (rest: string) => `cantata ${rest} --config x`,
};

const coded = (code: ErrorCode): Error => new CantataError(code, 'no');

function engine(owns: boolean, refusal?: Error): Engine {
  return {
    owns,
    checkpoint: () => (refusal === undefined ? Promise.resolve('c') : Promise.reject(refusal)),
  } as unknown as Engine;
}

test.each([
  [
    'with a checkpoint',
    engine(true),
    ['interrupted; what had finished is kept. To go on:', '  cantata resume id --config x'],
  ],
  [
    'when the checkpoint fails',
    engine(true, coded('store_full')),
    [
      'interrupted; no checkpoint (store_full), but the log is kept. To go on:',
      '  cantata resume id --config x',
    ],
  ],
  [
    'when nobody knows why it fails',
    engine(true, new Error('?')),
    [
      'interrupted; no checkpoint (unknown), but the log is kept. To go on:',
      '  cantata resume id --config x',
    ],
  ],
  [
    'when the run has just ended',
    engine(true, coded('already_ended')),
    ['the run had just ended', '  cantata status id'],
  ],
  [
    'when another process drives it',
    engine(false),
    ['left; the run goes on in the other process', '  cantata resume id --config x'],
  ],
])('who leaves %s is told how to go on', async (_, from, lines) => {
  expect(leftLines(await leave(from, 'id'), hint)).toEqual(lines);
});

test('programs are told as well', async () => {
  expect(JSON.parse(leftJson(await leave(engine(false), 'id'), hint))).toEqual({
    result: {
      execution_id: 'id',
      status: 'interrupted',
      driven_elsewhere: true,
      resume: 'cantata resume id --config x',
      exit_code: 130,
    },
  });
});
