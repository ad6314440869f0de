import { CantataError } from '@cantata/core';
import { expect, test } from 'vitest';
import { failureOf, printFailure, usage } from './failure.ts';
import { createTerminal } from './terminal.ts';

function printed(
  thrown: unknown,
  style: { readonly json?: boolean; readonly stacks?: boolean } = {},
): string {
  let text = '';
  const writer = { write: (more: string) => (text += more) };
  const terminal = createTerminal(writer, { colours: 'never', dumbTerminal: false, plainSymbols: false });
  printFailure(failureOf(thrown), terminal, { json: style.json === true, stacks: style.stacks === true });
  return text;
}

test('an error is its code, what happened, and the help of the one table', () => {
  expect(printed(new CantataError('store_busy', 'cantata.db is locked'))).toBe(
    'error store_busy: cantata.db is locked\n  Another process holds the database lock. Try again, or end that process.\n',
  );
});

test('what nobody foresaw says that it is a bug, and has no stack unless asked for one', () => {
  const bug = new TypeError('x is not a function');
  expect(printed(bug)).toMatch(/^error bug: TypeError: x is not a function\n {2}This is a bug in Cantata\./);
  expect(printed(bug)).not.toContain('failure.test.ts');
  expect(printed(bug, { stacks: true })).toContain('failure.test.ts');
  expect(printed('thrown text')).toContain('error bug: thrown text');
});

test('words of strangers move no cursor, and the error stays one line', () => {
  const evil = new CantataError('config_invalid', 'it threw \u001B[2J\u001B]0;title\u0007this\nand that');
  const text = printed(evil);
  expect(text).toMatch(/^error config_invalid: it threw this and that\n/);
  const help = printed(usage('no', 'why:\u009B31m red'));
  expect(help).toBe('error usage: no\n  why: red\n');
});

test('programs get it as JSON', () => {
  expect(JSON.parse(printed(usage('no such thing', 'Try another.'), { json: true }))).toEqual({
    error: { code: 'usage', message: 'no such thing', help: 'Try another.' },
    exit_code: 2,
  });
});
