/** A folder of text about lighthouses, written anew for each test, and the three tasks of the workflow over it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Json, type TestAgentOptions, type TestAgentResult, testAgent } from '@cantata/sdk';
import { afterAll } from 'vitest';
import config from '../cantata.config.ts';
import type { Finding, ReportSummary, SubQuestion } from '../src/shapes.ts';

export const TEXTS: Readonly<Record<string, string>> = {
  'README.md': `---
title: Lights
---

# The lights of the coast

A **lighthouse** is a tower with a lamp that warns ships of rocks. It has stood on this coast
since 1811, because the harbour lost nine ships in one winter.

![plan](plan.png)

## The keeper

The keeper winds the clockwork every four hours, so that the lamp never stops turning. If the
clockwork fails, the keeper turns the lamp by hand; see [the log](log/storm.md).

1. Fill the lamp with oil.
2. Wind the clockwork.

\`\`\`sh
lamp --wind --hours 4
\`\`\`
`,
  'log/storm.md': `The storm
=========

In the storm of 1902 the clockwork of the lamp failed. Two keepers turned the lamp by hand
for nine hours, e.g. from dusk to dawn. No ship was lost.

| night | oil in litres |
|---|---|
| calm | 4 |
| storm, lamp turned by hand | 11 |

> Never leave the lamp alone: a dark lighthouse is worse than none.
`,
  'lamp oil (old).txt': `The lamp burns colza oil. The limit of the tank is twelve litres; an error in filling
it too far puts out the lamp.\r
`,
  'log/copy.md':
    'In the storm of 1902 the clockwork of the lamp failed. Two keepers turned the lamp by hand\nfor nine hours, e.g. from dusk to dawn. No ship was lost.\n',
  'node_modules/lamp/README.md': 'A lighthouse lamp in a package.\n',
  '.cache/lamp.md': 'A lighthouse lamp in a cache.\n',
  'LICENSE.md': 'A lighthouse may be copied.\n',
  'picture.md': 'lighthouse\u0000\u0001\u0002',
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files; it is removed after the tests of the file. */
export function folderWith(texts: Readonly<Record<string, string>> = TEXTS): string {
  const folder = mkdtempSync(join(tmpdir(), 'cantata-research-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const { supervisor_agent, research_agent } = config.agents;

export type Input = { readonly question: string; readonly folder: string; readonly report: string };

export function decompose(input: Json, options: TestAgentOptions = {}): Promise<TestAgentResult> {
  return testAgent(supervisor_agent, input, { task: 'decompose', ...options });
}

export function research(
  part: SubQuestion,
  input: Json,
  options: TestAgentOptions = {},
): Promise<TestAgentResult> {
  return testAgent(research_agent, part as Json, { task: 'research', workflowInput: input, ...options });
}

export function synthesize(findings: readonly Finding[], input: Json): Promise<TestAgentResult> {
  return testAgent(supervisor_agent, findings as Json, { task: 'synthesize', workflowInput: input });
}

/** The whole workflow, as the engine would run it. Throws what a task failed with. */
export async function answer(
  input: Input,
): Promise<{ readonly findings: Finding[]; readonly summary: ReportSummary }> {
  const parts = outputOf<SubQuestion[]>(await decompose(input));
  const found = parts.map((part, item) => research(part, input, { item, items: parts.length }));
  const findings = (await Promise.all(found)).map((result) => outputOf<Finding>(result));
  return { findings, summary: outputOf<ReportSummary>(await synthesize(findings, input)) };
}

export function outputOf<Output>({ outcome }: TestAgentResult): Output {
  if (outcome.kind === 'failed') throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
  return outcome.output as Output;
}
