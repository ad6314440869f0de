import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding, SubQuestion } from '../src/shapes.ts';
import { citationsOf } from './citations.ts';
import { answer, decompose, folderWith, outputOf, research, synthesize, TEXTS } from './folder.ts';

const inputFor = (folder: string, question = 'How does the keeper keep the lamp turning?') => ({
  question,
  folder,
  report: join(folder, 'report.md'),
});
const failureOf = async (input: Parameters<typeof decompose>[0]) => {
  const { outcome } = await decompose(input);
  return outcome.kind === 'failed' ? outcome.error : undefined;
};

describe('the whole workflow over a folder', () => {
  const folder = folderWith();
  const input = inputFor(folder);

  test('splits the question, the question itself first', async () => {
    const parts = outputOf<SubQuestion[]>(await decompose(input));
    expect(parts[0]).toMatchObject({ facet: 'answer', question: input.question });
    expect(parts.length).toBeGreaterThanOrEqual(3);
    expect(parts.length).toBeLessThanOrEqual(6);
    expect(new Set(parts.map(({ question }) => question)).size).toBe(parts.length);
  });

  test('quotes lines exactly as they stand in the files', async () => {
    const { findings } = await answer(input);
    const passages = findings.flatMap((finding) => finding.passages);
    expect(passages.length).toBeGreaterThan(3);
    for (const { file, start, end, quote } of passages) {
      const lines = readFileSync(file, 'utf8').split(/\r?\n/);
      expect(lines.slice(start - 1, end)).toEqual(quote.split('\n'));
    }
  });

  test('writes a report in which every citation leads to a line that says so', async () => {
    const { summary } = await answer(input);
    const citations = citationsOf(input.report);
    expect(citations.length).toBeGreaterThan(3);
    for (const { quoted, found, line, isWhole } of citations) {
      expect(found).toContain(quoted);
      if (isWhole) expect(found.indexOf(quoted)).toBeLessThan(line.length);
    }
    expect(summary).toMatchObject({ report: input.report, filesRead: 4 });
    expect(summary.brief.join(' ')).toContain('The keeper winds the clockwork every four hours');
    expect(JSON.stringify(summary).length).toBeLessThan(2_000);
  });

  test('reads neither packages, nor hidden folders, nor licences, nor binaries, nor its own report', async () => {
    const { findings } = await answer({ ...input, question: 'What is a lighthouse?' });
    const files = new Set(findings.flatMap(({ passages }) => passages.map(({ file }) => file)));
    const readable = ['README.md', 'log/storm.md', 'log/copy.md', 'lamp oil (old).txt'].map((path) =>
      join(folder, path),
    );
    expect(files.has(join(folder, 'README.md'))).toBe(true);
    expect([...files].filter((file) => !readable.includes(file))).toEqual([]);
  });

  test('writes the same text again when it is run again', async () => {
    await answer(input);
    const before = readFileSync(input.report, 'utf8');
    await answer(input);
    expect(readFileSync(input.report, 'utf8')).toBe(before);
  });

  test('says so when there is nothing', async () => {
    const nothing = { ...input, question: 'Quantum chromodynamics?', report: join(folder, 'nothing.md') };
    const { summary } = await answer(nothing);
    const report = readFileSync(nothing.report, 'utf8');
    expect(report).toContain('answers this.');
    expect(report).toContain('Nowhere in them: “Quantum”, “chromodynamics”.');
    expect(summary).toMatchObject({ sections: 0, citations: 0, brief: [] });
  });

  test('takes a mistyped word for the one that was meant, and says so', async () => {
    const mistyped = { ...input, question: 'What is a lighthuose?', report: join(folder, 'typo.md') };
    await answer(mistyped);
    expect(readFileSync(mistyped.report, 'utf8')).toContain(
      '“lighthuose” is nowhere in them and was taken for “lighthous…”.',
    );
  });
});

describe('the report when the files have changed meanwhile', () => {
  test('a passage that moved is cited where it stands now; one that is gone is not cited', async () => {
    const folder = folderWith();
    const input = inputFor(folder, 'What happened in the storm?');
    const { findings } = await answer(input);
    writeFileSync(join(folder, 'log/storm.md'), `A new first line.\n\n${TEXTS['log/storm.md']}`);
    rmSync(join(folder, 'README.md'));
    rmSync(join(folder, 'log/copy.md'));
    outputOf(await synthesize(findings, input));
    const report = readFileSync(input.report, 'utf8');
    expect(report).toContain('log/storm.md#L6');
    expect(report).not.toContain('README.md#');
    for (const { quoted, found } of citationsOf(input.report)) expect(found).toContain(quoted);
  });
});

describe('what cannot work fails at once and for good', () => {
  const folder = folderWith({ 'note.md': 'A note about lamps.\n', 'mine.md': 'My own notes.\n' });

  test.each([
    [
      'a folder that is not there',
      { folder: join(folder, 'nowhere') },
      'folder_missing',
      'there is no folder',
    ],
    ['a file for a folder', { folder: join(folder, 'note.md') }, 'folder_missing', 'there is no folder'],
    [
      'a folder without text',
      { folder: folderWith({ 'a.png': '' }) },
      'folder_empty',
      'no text or Markdown file',
    ],
    [
      'a report that would replace notes',
      { report: join(folder, 'mine.md') },
      'report_exists',
      'was not written by this workflow',
    ],
    ['a report that is a folder', { report: folder }, 'report_is_folder', 'give the report a file name'],
    ['no question', { question: ' ' }, 'input_invalid', 'question: ask something'],
    ['a misspelled setting', { pace: 100 }, 'input_invalid', 'pace'],
  ])('%s', async (_what, change, code, message) => {
    const error = await failureOf({ ...inputFor(folder), ...change });
    expect(error).toMatchObject({ code, retry: 'never', message: expect.stringContaining(message) });
  });

  test('and leaves what was there alone', async () => {
    const report = join(folder, 'mine.md');
    await synthesize([], { ...inputFor(folder), report });
    expect(readFileSync(report, 'utf8')).toBe('My own notes.\n');
  });

  test('no unfinished file is left when the report cannot be put in place', async () => {
    const blocked = join(folder, 'blocked');
    const report = join(blocked, 'report.md');
    writeFileSync(blocked, '');
    const { outcome } = await synthesize([], { ...inputFor(folder), report });
    expect(outcome.kind).toBe('failed');
    rmSync(blocked);
    mkdirSync(blocked);
    expect(existsSync(report)).toBe(false);
  });
});

describe('while it works', () => {
  const folder = folderWith();

  test('every agent shows its steps', async () => {
    const input = inputFor(folder);
    const [part] = outputOf<SubQuestion[]>(await decompose(input));
    const { progress } = await research(part as SubQuestion, input);
    expect(progress.map(({ note }) => note)).toEqual([
      'opening the library',
      expect.stringMatching(/^searching \d+ passages$/),
      expect.stringMatching(/^found \d+ passages$/),
      'quoting them',
    ]);
    expect(progress.map(({ fraction }) => fraction)).toEqual([0, 0.25, 0.5, 0.75]);
  });

  test('it takes as long as it is told to, and stops when it is told to', async () => {
    const input = { ...inputFor(folder), pace_ms: 60_000 };
    const controller = new AbortController();
    const started = performance.now();
    setTimeout(() => controller.abort(new Error('cancelled')), 50);
    const { outcome } = await decompose(input, { signal: controller.signal });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'agent_aborted' } });
    expect(performance.now() - started).toBeGreaterThan(40);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('what a researcher is given is checked', async () => {
    const { outcome } = await research({} as SubQuestion, inputFor(folder));
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'input_invalid' } });
    const { outcome: other } = await synthesize([{} as Finding], inputFor(folder));
    expect(other).toMatchObject({ kind: 'failed', error: { code: 'input_invalid' } });
  });
});
