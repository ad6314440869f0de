// `npm run demo`: the research example over this repository's own pages, at a pace that can be watched.
// Another question and another folder: `npm run demo -- "What is a seat?" docs`.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const QUESTION = 'What happens to a run when its process is killed?';
const REPORT = 'report.md';
const PACE_MS = 1_500;

const root = join(import.meta.dirname, '..');
const [question = QUESTION, folder = '.'] = process.argv.slice(2);
const input = { question, folder, report: REPORT, pace_ms: PACE_MS };

const child = spawn(
  process.execPath,
  ['apps/cantata/bin/cantata.js', 'run', 'examples/research/workflow.yaml', '--input', JSON.stringify(input)],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the child by itself; it writes the state down and says how to go on.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
child.on('exit', (code) => {
  if (code === 0 && existsSync(join(root, REPORT))) console.log(`\nThe report is in ${REPORT}.`);
  process.exitCode = code ?? 1;
});
