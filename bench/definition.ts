/**
 * From the text of a document to its plan, and what a hostile text costs. Each document is read in a process of its
 * own: the first reading is what a person waits for, and memory cannot be told apart in one that did other things.
 * Processor time of all threads: a machine with nothing else to do takes less, and a busy one says the same.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createPlan } from '@cantata/core';
import { parseDefinition } from '@cantata/definition';
import type { Figure, Target } from './figures.ts';

const MIB = 1024 * 1024;
const ROUNDS = 5;

/** Tasks as people write them; three dependencies each. */
function tasks(count: number, keysOf: (task: number) => readonly string[] = () => []): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const on = [1, 8, 15].filter((back) => back <= i).map((back) => `task_${i - back}`);
    return [
      `  - id: task_${i}`,
      '    agent: workers',
      `    depends_on: [${on.join(', ')}]`,
      '    timeout: 5m',
      '    retry_policy: exponential_backoff',
      ...keysOf(i).map((line) => `    ${line}`),
    ].join('\n');
  });
  return `name: large
version: "1.0"
orchestration_pattern: supervisor
agents:
  workers: { type: worker, count: 8 }
coordination: { type: hybrid }
tasks:
${lines.join('\n')}
`;
}

/** With what is computed: a condition and a template that read what came before. */
const computed = (task: number): readonly string[] =>
  task === 0
    ? []
    : [
        `when: tasks.task_${task - 1}.output.score > 0.5`,
        `input: { text: "\${tasks.task_${task - 1}.output.text}", attempt: ${task} }`,
      ];

const DOCUMENTS = {
  '1,000 tasks': () => tasks(1_000),
  '1,000 tasks with conditions and templates': () => tasks(1_000, computed),
  '10,000 tasks': () => tasks(10_000),
  '100,000 tasks': () => tasks(100_000),
  '16 MiB of nested lists': () =>
    `name: [${`${'['.repeat(50)}${']'.repeat(50)},`.repeat((16 * MIB) / 101 - 1)}`,
  '16 MiB of anchors': () => `tasks:\n${'- &a b\n'.repeat((16 * MIB) / 7 - 2)}`,
  '16 MiB in one text block': () => `name: |\n${' x\n'.repeat((16 * MIB) / 3 - 4)}`,
} satisfies Readonly<Record<string, () => string>>;

type Name = keyof typeof DOCUMENTS;

const MOST: Readonly<Partial<Record<Name, number>>> = {
  '1,000 tasks': 250,
  '1,000 tasks with conditions and templates': 250,
  '100,000 tasks': 2_000,
  '16 MiB of nested lists': 3_000,
  '16 MiB of anchors': 3_000,
  '16 MiB in one text block': 3_000,
};

interface Measured {
  readonly firstMs: number;
  readonly againMs: number;
  readonly peakMib: number;
}

export async function definitionBench(): Promise<readonly Figure[]> {
  return (Object.keys(DOCUMENTS) as Name[]).flatMap((name) => {
    const rounds = Array.from({ length: ROUNDS }, () => inItsOwnProcess(name));
    const median = (of: (measured: Measured) => number): number =>
      rounds.map(of).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
    const most = MOST[name];
    const target: { target?: Target } = most === undefined ? {} : { target: { at: 'most', value: most } };
    return [
      {
        name: `${name}: text to plan in a new process`,
        value: median((m) => m.firstMs),
        unit: 'ms',
        ...target,
      },
      { name: `${name}: the same again`, value: median((m) => m.againMs), unit: 'ms' },
      { name: `${name}: the most memory the process had`, value: median((m) => m.peakMib), unit: 'MiB' },
    ];
  });
}

function inItsOwnProcess(name: Name): Measured {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' });
  return JSON.parse(output) as Measured;
}

function measure(text: string): Measured {
  const once = (): number => {
    const start = process.cpuUsage();
    const parsed = parseDefinition(text);
    if (parsed.kind === 'valid') createPlan(parsed.definition);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  const firstMs = once();
  const peakMib = process.resourceUsage().maxRSS / 1024;
  return { firstMs, againMs: once(), peakMib };
}

if (import.meta.main) console.log(JSON.stringify(measure(DOCUMENTS[process.argv[2] as Name]())));
