/** The reference cannot drift: its table of codes is the one in the source, its samples are valid. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../test/documents.ts';
import { PROBLEM_CODES } from './codes.ts';
import { parseDefinition } from './parse.ts';

const page = readFileSync(new URL('../../../docs/language.md', import.meta.url), 'utf8');
const rows = Object.entries(PROBLEM_CODES).map(
  ([code, [effect, when]]) => `| \`${code}\` | ${effect} | ${when} |`,
);
const samples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, sample]) => sample as string);

describe('docs/language.md', () => {
  it('lists every code with its effect and meaning, and no other', () => {
    const table = page.slice(page.indexOf('| code | effect | when |'));
    expect(table.trimEnd().split('\n').slice(2)).toEqual(rows);
  });

  it('has samples that are valid workflows', () => {
    expect(samples.length).toBeGreaterThan(6);
    for (const sample of samples) {
      expect(parseDefinition(sample).kind, JSON.stringify(problemsOf(sample))).toBe('valid');
    }
  });
});
