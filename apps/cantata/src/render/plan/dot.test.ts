import { describe, expect, test } from 'vitest';
import { aReport, HOSTILE_IDS, hostile, RESEARCH } from '../../../test/plan/reports.ts';
import { dot } from './dot.ts';

const STRING = '"(?:[^"\\\\\\n]|\\\\.)*"';
const ATTRIBUTES = `\\[\\w+=(?:${STRING}|[\\w.]+)(?:, \\w+=(?:${STRING}|[\\w.]+))*\\]`;

describe('a plan as DOT', () => {
  const text = dot(aReport(RESEARCH));

  test('has a rank for every phase, and in it the tasks with who does them', () => {
    expect(text).toContain(
      'digraph "multi_agent_research" {\n  rankdir=LR;\n  label="multi_agent_research 1.0";',
    );
    expect(text).toContain(
      '  {\n    rank=same;\n    "research" [label="research\\nresearchers × 3, ≈10 s", ',
    );
    expect(text.match(/rank=same/g)).toHaveLength(3);
  });

  test('draws parallel tasks with two frames, conditions dashed and the critical path in bold', () => {
    expect(text).toMatch(/"research" \[.*peripheries=2\];/);
    expect(text).toMatch(/"decompose" -> "research" \[.*penwidth=2\.5\];/);
    const when = { source: 'input.deep', reads: { input: true, tasks: [] }, evaluate: () => true };
    const conditional = dot(
      aReport({ tasks: { a: [], b: { when, estimate: { durationMs: 1 } }, c: ['b'] } }),
    );
    expect(conditional).toMatch(
      /"b" \[label="b\\nworkers, 1 ms, conditional", .*style="rounded,filled,dashed"\];/,
    );
  });

  test('keeps to the grammar whatever the tasks are called', () => {
    const allowed = [
      new RegExp(`^digraph ${STRING} \\{$`),
      new RegExp(`^ {2}\\w+=(?:${STRING}|\\w+);$`),
      new RegExp(`^ {2}(?:graph|node|edge) ${ATTRIBUTES};$`),
      /^ {2}[{}]$/,
      /^ {4}rank=same;$/,
      new RegExp(`^ {4}${STRING} ${ATTRIBUTES};$`),
      new RegExp(`^ {2}${STRING} -> ${STRING}(?: ${ATTRIBUTES})?;$`),
      /^\}$/,
    ];
    const lines = dot(hostile()).trimEnd().split('\n');
    expect(lines.filter((line) => !allowed.some((form) => form.test(line)))).toEqual([]);
    expect(lines.filter((line) => line.includes('[label='))).toHaveLength(HOSTILE_IDS.length);
  });

  test('escapes quotes, backslashes and entities', () => {
    expect(dot(aReport({ tasks: { 'a"\\&b': [] } }))).toContain(
      '"a\\"\\\\&amp;b" [label="a\\"\\\\&amp;b\\nworkers',
    );
  });
});
