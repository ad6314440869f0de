import { expect, test } from 'vitest';
import { engineLog } from './log.ts';

function said(verbose: boolean): { readonly lines: string[]; readonly log: ReturnType<typeof engineLog> } {
  const lines: string[] = [];
  return { lines, log: engineLog((text) => lines.push(text), verbose) };
}

test('people are told warnings and errors in short, and what repeats once', () => {
  const { lines, log } = said(false);
  log('info', 'this engine owns the shards', { shards: 256 });
  log('warn', 'the inbox could not be read', { message: 'no' });
  log('error', 'a commit was refused', { code: 'store_full', message: 'no room', events: 2 });
  log('error', 'a commit was refused', { code: 'store_full', message: 'no room', events: 3 });
  log('error', 'parked', {
    entity: '01a20838-ff54-7b26-8088-4a6b8daa5b5a',
    code: 'store_full',
    stack: 'Error\n    at x',
  });
  expect(lines).toEqual([
    'warn: the inbox could not be read',
    'error: a commit was refused (store_full)',
    'error: parked (01a20838-ff54, store_full)',
  ]);
});

test('who wants to know is told everything, stacks included', () => {
  const { lines, log } = said(true);
  log('debug', 'an agent threw', { task: 'work', attempt: 2, stack: 'Error: no\n    at work' });
  log('info', 'well');
  expect(lines).toEqual(['debug: an agent threw task=work attempt=2\nError: no\n    at work', 'info: well']);
});
