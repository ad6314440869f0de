// `npm run demo` in a copy of the repository: it ends well, says where the report is, and the report cites lines that are there.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyRepository } from '../copy-repository.ts';

const parent = join(import.meta.dirname, '../../.cache/demo');
let home: string;
beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  home = mkdtempSync(join(parent, 'copy-'));
  copyRepository(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const demo = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/demo.ts', ...args], { cwd: home, encoding: 'utf8' });

/** A paragraph is quoted as one line, however the page breaks it, and a link by what it says. */
const inOneLine = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .trim();

describe('the demo', () => {
  test('writes a report with citations that lead to what they quote', () => {
    const { status, stdout, stderr } = demo();
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/ end +completed in /);
    expect(stdout).toMatch(/\nThe report is in report\.md\.\n$/);
    const report = readFileSync(join(home, 'report.md'), 'utf8');
    const cited = [...report.matchAll(/\]\((?<file>[^)#]+)#L(?<line>\d+)\)/g)];
    expect(cited.length).toBeGreaterThan(3);
    const quotes = [...report.matchAll(/^> (?<words>.+) \[\[\d+\]\]\((?<file>[^)#]+)#L(?<line>\d+)\)$/gm)];
    expect(quotes.length).toBeGreaterThan(3);
    for (const { groups } of quotes) {
      const { words = '', file = '', line = '' } = groups ?? {};
      const lines = readFileSync(join(home, file), 'utf8').split('\n');
      const first = lines[Number(line) - 1] ?? '';
      const fromThere = lines.slice(Number(line) - 1).join(' ');
      const at = inOneLine(fromThere).indexOf(inOneLine(words));
      expect(at, `${file}:${line} should begin ${words}`).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThan(Math.max(1, first.length));
    }
  });

  test('takes another question and another folder', () => {
    const { status, stdout } = demo('What is a seat?', 'docs');
    expect(status).toBe(0);
    expect(stdout).toContain('The report is in report.md.');
    expect(readFileSync(join(home, 'report.md'), 'utf8')).toContain('# What is a seat?');
  });

  test('goes on with the one that was interrupted', async () => {
    const input = JSON.stringify({
      question: 'What is a seat?',
      folder: 'docs',
      report: 'report.md',
      pace_ms: 500,
    });
    const args = ['apps/cantata/bin/cantata.js', 'run', 'examples/research/workflow.yaml', '--input', input];
    const first = spawn(process.execPath, args, { cwd: home });
    const over = once(first, 'exit');
    for await (const chunk of first.stdout) if (String(chunk).includes('assigned')) break;
    first.kill('SIGKILL');
    await over;
    const { status, stdout } = demo();
    expect(stdout).toContain('A demo was interrupted: going on with it.');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nThe report is in report\.md\.\n$/);
  });

  test('exits with the code of the run, and promises no report where there is none', () => {
    rmSync(join(home, 'report.md'));
    const { status, stdout } = demo('What is a seat?', 'no/such/folder');
    expect(status).toBe(1);
    expect(stdout).not.toContain('The report is in');
    expect(existsSync(join(home, 'report.md'))).toBe(false);
  });
});
