/** From the start of the process to the first task of a trivial workflow: what a person waits for. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figures.ts';

const ROUNDS = 7;
const BIN = fileURLToPath(new URL('../apps/cantata/bin/cantata.js', import.meta.url));
const SDK = new URL('../packages/sdk/src/index.ts', import.meta.url).href;

const WORKFLOW = `name: trivial
version: "1"
orchestration_pattern: supervisor
agents: { worker: { type: noop } }
tasks: [{ id: only, agent: worker, depends_on: [] }]
coordination: { type: graph_based, graph_based: [dependencies] }
`;
const CONFIG = `import { defineAgent, defineConfig } from '${SDK}';
export default defineConfig({ agents: { noop: defineAgent(() => null) } });
`;

export async function startupBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-start-'));
  try {
    await writeFile(join(folder, 'workflow.yaml'), WORKFLOW);
    await writeFile(join(folder, 'cantata.config.ts'), CONFIG);
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) times.push(await untilFirstTask(folder));
    // The first run fills the caches of the file system.
    const sorted = times.slice(1).sort((a, b) => a - b);
    const value = sorted[Math.floor(sorted.length / 2)] as number;
    return [
      {
        name: 'cantata run: process start to first task',
        value,
        unit: 'ms',
        target: { at: 'most', value: 1_000 },
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function untilFirstTask(folder: string): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [BIN, 'run', 'workflow.yaml', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let first: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (first === undefined && line.includes('agent.task_assigned')) first = performance.now() - start;
  }
  const code = await exited;
  if (code !== 0 || first === undefined) throw new Error(`cantata run ended with ${code}`);
  return first;
}
