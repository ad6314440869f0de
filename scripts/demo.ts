// `npm run demo`: the research example over this repository's own pages, at a pace that can be watched. A demo that was
// interrupted goes on. Another question and another folder: `npm run demo -- "What is a seat?" docs`.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const QUESTION = 'What happens to a run when its process is killed?';
const REPORT = 'report.md';
const PACE_MS = 1_500;
const EXAMPLE = 'examples/research';

const root = join(import.meta.dirname, '..');
const command = 'apps/cantata/bin/cantata.js';
const data = ['--data', join(EXAMPLE, '.cantata')];

const child = spawn(process.execPath, [command, ...(resumption() ?? fresh())], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches the child by itself; it writes the state down and says how to go on.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
child.on('exit', (code) => {
  if (code === 0 && existsSync(join(root, REPORT))) console.log(`\nThe report is in ${REPORT}.`);
  process.exitCode = code ?? 1;
});

function fresh(): string[] {
  const [question = QUESTION, folder = '.'] = process.argv.slice(2);
  const input = { question, folder, report: REPORT, pace_ms: PACE_MS };
  return ['run', join(EXAMPLE, 'workflow.yaml'), '--input', JSON.stringify(input)];
}

/** The workflow admits one run at a time: what a demo before this one left behind comes first. */
function resumption(): string[] | undefined {
  if (!existsSync(join(root, EXAMPLE, '.cantata'))) return undefined;
  const { stdout } = spawnSync(process.execPath, [command, 'list', '--open', '--json', ...data], {
    cwd: root,
    encoding: 'utf8',
  });
  const left = openIn(stdout);
  if (left === undefined) return undefined;
  console.log(`A demo was interrupted: going on with it. (cantata cancel ${left} ends it.)\n`);
  return ['resume', left, ...data, '--config', join(EXAMPLE, 'cantata.config.ts')];
}

function openIn(listed: string): string | undefined {
  try {
    const [row] = JSON.parse(listed) as readonly { readonly execution_id: string }[];
    return row?.execution_id;
  } catch {
    // Data that cannot be listed is told about by the run.
    return undefined;
  }
}
