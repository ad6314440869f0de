/** Writes the plan of the research example into the pages that show it: a picture, and the text of the command. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute } from '../apps/cantata/src/main.ts';

const root = join(import.meta.dirname, '..');
const WORKFLOW = 'examples/research/workflow.yaml';
const FENCE = '```text plan\n';

/** What the files should hold, by name. */
export async function planPages(): Promise<ReadonlyMap<string, string>> {
  const page = 'docs/cli.md';
  const text = await planned();
  const written = readFileSync(join(root, page), 'utf8');
  return new Map([
    ['docs/images/plan.svg', await planned('--format', 'svg')],
    [page, withBlock(written, text)],
  ]);
}

/** The page with another text in its block. */
function withBlock(page: string, text: string): string {
  const begin = page.indexOf(FENCE) + FENCE.length;
  return page.slice(0, begin) + text + page.slice(page.indexOf('```\n', begin));
}

/** What the command prints where nothing was executed yet. */
async function planned(...args: readonly string[]): Promise<string> {
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const nothing = join(root, '.cache/nothing');
  await execute(['plan', WORKFLOW, '--data', nothing, ...args], {
    stdout,
    stderr: process.stderr,
    variables: {},
    cwd: root,
  });
  return printed;
}

if (import.meta.main) {
  for (const [name, content] of await planPages()) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}
