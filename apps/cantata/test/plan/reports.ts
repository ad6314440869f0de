// Plans written in a line or two, as the forms see them.

import { type PlanReport, type ReportOptions, reportOf } from '@cantata/definition';
import { aPlan, type DefinitionSketch } from '@cantata/testing';

export function aReport(sketch: DefinitionSketch = {}, options: Partial<ReportOptions> = {}): PlanReport {
  return reportOf(aPlan(sketch), { limits: {}, notices: [], ...options });
}

/** The example of the specification. */
export const RESEARCH: DefinitionSketch = {
  name: 'multi_agent_research',
  version: '1.0',
  agents: {
    supervisor: {
      type: 'supervisor_agent',
      capabilities: ['task_decomposition', 'quality_assessment'],
      resources: { cpuMillis: 2_000, memoryBytes: 4_000_000_000 },
    },
    researchers: {
      type: 'research_agent',
      count: 3,
      capabilities: ['web_search', 'data_collection'],
      resources: { cpuMillis: 1_000, memoryBytes: 2_000_000_000 },
    },
  },
  tasks: {
    decompose: { timeoutMs: 300_000, retryPolicy: 'exponential_backoff' },
    research: { agent: 'researchers', dependsOn: ['decompose'], parallel: true, timeoutMs: 1_800_000 },
    synthesize: { dependsOn: ['research'], timeoutMs: 600_000 },
  },
};

/** Ids that some format could take for its own, and expressions with every mark there is. */
export const HOSTILE_IDS: readonly string[] = [
  ...[
    'end',
    'graph',
    'subgraph',
    'style',
    'class',
    'default',
    'click',
    'o',
    'x-',
    '__proto__',
    'constructor',
  ],
  ...[
    'a"b',
    "a'b",
    'a\\',
    '\\"',
    'a]b',
    '[[',
    'a{b}',
    '(',
    '<script>alert(1)</script>',
    '&amp;',
    '#quot;',
    '%%',
    '$$',
  ],
  ...['-->', ']; rm', '`tick`', 'a\nb', 'ende\u0000', '日本語', '🎼', '\u202Eright', '\uD800'],
];

/** A chain of them all, each beside a task that is conditional. */
export function hostile(): PlanReport {
  const tasks = Object.fromEntries(
    HOSTILE_IDS.map((id, i) => [
      id,
      { dependsOn: i === 0 ? [] : [HOSTILE_IDS[i - 1] as string], parallel: i % 3 === 0 },
    ]),
  );
  return aReport({ name: 'a "name" \\ <with> & all', tasks });
}

/** `phases` phases of `width` tasks, each after one or two of the phase before. */
export function large(phases: number, width: number, seats: number): PlanReport {
  const tasks = Object.fromEntries(
    Array.from({ length: phases * width }, (_, i) => {
      const before = i - width;
      const dependsOn = before < 0 ? [] : [...new Set([`t${before}`, `t${before - (before % width)}`])];
      return [`t${i}`, { dependsOn, estimate: { durationMs: 1_000 + ((i * 7_919) % 9_000) } }] as const;
    }),
  );
  return aReport({ name: 'large', agents: { workers: seats }, tasks });
}
