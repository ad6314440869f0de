import { describe, expect, test } from 'vitest';
import { aReport, HOSTILE_IDS, hostile, RESEARCH } from '../../../test/plan/reports.ts';
import { mermaid } from './mermaid.ts';

describe('a plan as Mermaid', () => {
  test('is a flowchart with a subgraph for every phase, parallel tasks with double sides, the critical path thick', () => {
    expect(mermaid(aReport(RESEARCH)).split('\n').slice(0, 15)).toEqual([
      '---',
      'title: "multi_agent_research 1.0"',
      '---',
      'flowchart LR',
      '  subgraph p0["Phase 1"]',
      '    t0["decompose<br/>supervisor, ≈10 s"]',
      '  end',
      '  subgraph p1["Phase 2"]',
      '    t1[["research<br/>researchers × 3, ≈10 s"]]',
      '  end',
      '  subgraph p2["Phase 3"]',
      '    t2["synthesize<br/>supervisor, ≈10 s"]',
      '  end',
      '  t0 ==> t1',
      '  t1 ==> t2',
    ]);
  });

  test('leaves the tasks that may be late in the ordinary style', () => {
    const late = {
      a: { estimate: { durationMs: 5_000 } },
      b: { estimate: { durationMs: 1_000 } },
      c: ['a', 'b'],
    };
    const lines = mermaid(aReport({ tasks: late })).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '  t0 ==> t2',
        '  t1 --> t2',
        '  class t0,t2 critical',
        '  linkStyle 0 stroke:#d55e00,stroke-width:3px',
      ]),
    );
  });

  test('keeps to the grammar whatever the tasks are called', () => {
    const lines = mermaid(hostile()).trimEnd().split('\n');
    const allowed = [
      /^---$/,
      /^title: "(?:[^"\\]|\\.)*"$/,
      /^flowchart LR$/,
      /^ {2}subgraph p\d+\["Phase \d+"\]$/,
      /^ {4}t\d+\["[^"`<>{}$%;:&\\[\]]*(?:#\d+;[^"`<>{}$%;:&\\[\]]*)*<br\/>[^"`<>{}$%;:&\\[\]]*"\]$/,
      /^ {4}t\d+\[\["[^"`<>{}$%;:&\\[\]]*(?:#\d+;[^"`<>{}$%;:&\\[\]]*)*<br\/>[^"`<>{}$%;:&\\[\]]*"\]\]$/,
      /^ {2}end$/,
      /^ {2}t\d+ (?:-->|==>) t\d+$/,
      /^ {2}classDef \w+ [\w:,#-]+$/,
      /^ {2}class t\d+(?:,t\d+)* critical$/,
      /^ {2}class p\d+(?:,p\d+)* phase$/,
      /^ {2}linkStyle \d+(?:,\d+)* [\w:,#-]+$/,
    ];
    expect(lines.filter((line) => !allowed.some((form) => form.test(line)))).toEqual([]);
    expect(lines.filter((line) => /^ {4}t\d/.test(line))).toHaveLength(HOSTILE_IDS.length);
  });

  test('writes what Mermaid would read as its own as character codes', () => {
    expect(mermaid(aReport({ tasks: { 'say "hi"; #1 <b>': [] } }))).toContain(
      't0["say #34;hi#34;#59; #35;1 #60;b#62;<br/>workers, ≈10 s"]',
    );
  });

  test('of a plan without tasks is still a flowchart', () => {
    expect(mermaid(aReport({ tasks: {} }))).toContain('flowchart LR\n  classDef default');
  });
});
