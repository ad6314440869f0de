/** Every case of the public YAML test suite (test/yaml-test-suite.json, MIT): an answer, and the right one. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import type { ProblemCode } from './codes.ts';
import { Findings } from './findings.ts';
import { parseDefinition } from './parse.ts';
import { readPlain } from './text/plain.ts';
import { readText } from './text/read-text.ts';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly yaml: string;
  /** Whether it is no YAML. */
  readonly error?: true;
  /** What it means as JSON: a value for each document, if it can be said in JSON. */
  readonly json?: string;
}

const suite = new URL('../test/yaml-test-suite.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(suite, 'utf8')) as { readonly cases: readonly Case[] };

/** What the language leaves out of YAML, whatever it means elsewhere; docs/language.md says so. */
const LEFT_OUT: readonly ProblemCode[] = [
  'multiple_documents',
  'key_not_text',
  'tag_unsupported',
  'directive_unsupported',
];

function read(text: string): { readonly json: Json | undefined; readonly codes: readonly ProblemCode[] } {
  const findings = new Findings();
  const { json } = readText(text, findings);
  return { json, codes: [...new Set(findings.list.map(({ code }) => code))] };
}

/** Undefined where there is none, or one for each of several documents. */
function jsonOf({ json = '' }: Case): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

const valid = cases.filter(({ error }) => error !== true);
const isLeftOut = ({ yaml }: Case): boolean => read(yaml).codes.some((code) => LEFT_OUT.includes(code));
const idsOf = (some: readonly Case[]): readonly string[] => some.map(({ id, name }) => `${id} ${name}`);

describe('of the public YAML test suite', () => {
  it('every case has a bounded answer', () => {
    expect(cases).toHaveLength(402);
    for (const { yaml } of cases) {
      // None is a workflow.
      const parsed = parseDefinition(yaml);
      expect(parsed.kind).not.toBe('valid');
      expect(parsed.kind === 'valid' ? 0 : parsed.problems.length).toBeLessThan(20);
    }
  });

  it('everything that is no YAML is a problem', () => {
    const wrong = cases.filter(({ error }) => error === true);
    expect(wrong).toHaveLength(94);
    expect(idsOf(wrong.filter(({ yaml }) => read(yaml).codes.length === 0))).toEqual([]);
  });

  it('everything else means what the suite says, or is left out of the language', () => {
    const wrong = valid.filter((each) => {
      const { json, codes } = read(each.yaml);
      const means = jsonOf(each);
      return (
        !isLeftOut(each) && (codes.length > 0 || (means !== undefined && !isDeepStrictEqual(json, means)))
      );
    });
    expect(idsOf(wrong)).toEqual([]);
  });

  it('little is left out: other documents, keys that are not text, tags, directives', () => {
    const reasons = valid
      .filter(isLeftOut)
      .map(({ yaml }) => read(yaml).codes.find((code) => LEFT_OUT.includes(code)));
    expect(
      Object.fromEntries(LEFT_OUT.map((code) => [code, reasons.filter((reason) => reason === code).length])),
    ).toEqual({
      multiple_documents: 15,
      key_not_text: 27,
      tag_unsupported: 26,
      directive_unsupported: 18,
    });
    expect(valid).toHaveLength(308);
  });

  it('what is plain is read the quick way', () => {
    expect(valid.filter(({ yaml }) => readPlain(yaml).kind === 'plain').length).toBeGreaterThan(20);
  });
});
