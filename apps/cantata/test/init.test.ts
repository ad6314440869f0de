// A new project.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch } from './scratch.ts';

describe('init', () => {
  test('writes a workflow that runs, and never over what is there', async () => {
    const other = createScratch();
    const init = (...args: readonly string[]): Promise<Result> =>
      cantata(['init', ...args], { cwd: other.folder });
    other.file('.gitignore', 'dist');
    const refused = await init();
    expect(refused).toMatchObject({
      code: 5,
      err: expect.stringMatching(
        /^error already_there: cantata\.config\.ts exists in .*\n.*--force replaces/,
      ),
    });

    const { code, out } = await init('my project');
    expect(code).toBe(0);
    expect(out).toContain(
      "Wrote workflow.yaml, cantata.config.ts, workflow.schema.json, package.json, .gitignore in 'my project'.\n\n  cd 'my project'\n  cantata run workflow.yaml ",
    );
    const folder = join(other.folder, 'my project');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-project',
      type: 'module',
      dependencies: { '@cantata/sdk': expect.any(String) },
    });
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('node_modules/\n.cantata/\n');

    writeFileSync(join(folder, 'workflow.yaml'), 'mine');
    expect((await init('my project')).code).toBe(5);
    expect(readFileSync(join(folder, 'workflow.yaml'), 'utf8')).toBe('mine');
    expect(JSON.parse((await init('my project', '--force', '--json')).out)).toEqual({
      folder,
      written: ['workflow.yaml', 'cantata.config.ts', 'workflow.schema.json'],
    });

    const forced = await init('--force');
    expect(forced.out).toMatch(
      /^Wrote workflow\.yaml, cantata\.config\.ts, workflow\.schema\.json, package\.json, \.gitignore\.\n/,
    );
    expect(readFileSync(join(other.folder, '.gitignore'), 'utf8')).toBe('dist\nnode_modules/\n.cantata/\n');
    const validated = await cantata(['validate', 'workflow.yaml'], { cwd: other.folder });
    expect(validated.code).toBe(0);
    other.remove();
  });
});
