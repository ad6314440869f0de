// A folder of a test with workflows, the agents of the fixtures, and data of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentOf, type Workflow } from './workflows.ts';

const root = join(import.meta.dirname, '../../..');

export interface Scratch {
  readonly folder: string;
  readonly dataDir: string;
  readonly database: string;
  /** Writes a workflow and returns its file name. */
  workflow(workflow: Workflow, name?: string): string;
  file(name: string, content: string): string;
  remove(): void;
}

/** Inside the repository, so that `@cantata/sdk` is found as in any project of a user. */
export function createScratch(): Scratch {
  const parent = join(root, '.cache/e2e');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'run-'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  // Agents are code of the repository: the scratch only names them.
  file(
    'cantata.config.ts',
    `export { default } from ${JSON.stringify(join(import.meta.dirname, 'fixtures/cantata.config.ts'))};\n`,
  );
  return {
    folder,
    dataDir: join(folder, '.cantata'),
    database: join(folder, '.cantata/cantata.db'),
    workflow: (workflow, name = `${workflow.name}.yaml`) => file(name, documentOf(workflow)),
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
