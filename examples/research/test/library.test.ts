import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { find } from '../src/find.ts';
import { MAX_FILE_BYTES } from '../src/library/folder.ts';
import { openLibrary } from '../src/library/library.ts';
import { REPORT_MARK } from '../src/library/own-report.ts';
import { decompose } from '../src/question/decompose.ts';
import { folderWith } from './folder.ts';

const { signal } = new AbortController();

describe('a library', () => {
  test('is built once for all who ask, and again when a file has changed', async () => {
    const folder = folderWith();
    const [first, second] = await Promise.all([openLibrary(folder, signal), openLibrary(folder, signal)]);
    expect(second).toBe(first);
    expect(await openLibrary(folder, signal)).toBe(first);
    writeFileSync(join(folder, 'new.md'), 'A new lamp.\n');
    const changed = await openLibrary(folder, signal);
    expect(changed.files).toBe(first.files + 1);
    utimesSync(join(folder, 'new.md'), 0, 0);
    expect(await openLibrary(folder, signal)).not.toBe(changed);
  });

  test('has no reports, and says how many files were too large', async () => {
    const folder = folderWith({
      'a.md': 'The lamp.\n',
      'old-report.md': `${REPORT_MARK}\n\nThe lamp.\n`,
      'large.txt': 'lamp '.repeat(MAX_FILE_BYTES / 5 + 1),
    });
    expect(await openLibrary(folder, signal)).toMatchObject({ files: 1, leftOut: 1 });
  });

  test('is not opened for a run that is over', async () => {
    await expect(openLibrary(folderWith(), AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
      'cancelled',
    );
  });
});

describe('decomposing', () => {
  const texts = {
    'a.md':
      '# Lamp\n\nThe lamp needs oil because it burns.\n\n## Lamp oil\n\nThe lamp oil is colza.\n\n```sh\nlamp --oil\n```\n',
    'b.md': '# Tank\n\nThe lamp fails without oil: see `tank`.\n\nThe tank never leaks oil.\n',
  };
  const facets = async (question: string) => {
    const library = await openLibrary(folderWith(texts), signal);
    return decompose(question, library).map(({ facet }) => facet);
  };

  test('asks for the sides of which there is something', async () => {
    const found = await facets('What does the lamp burn?');
    expect(found[0]).toBe('answer');
    expect(found).toContain('reasons');
    expect(found.length).toBeGreaterThanOrEqual(3);
  });

  test('does not ask why when the question does', async () => {
    expect(await facets('Why does the lamp need oil?')).not.toContain('reasons');
  });

  test('asks one question only when it knows none of the words', async () => {
    expect(await facets('Quantum chromodynamics?')).toEqual(['answer']);
  });

  test('weighs rare words more than frequent ones', async () => {
    const [part] = decompose('lamp colza', await openLibrary(folderWith(texts), signal));
    const [lamp, colza] = part?.asked ?? [];
    expect(colza?.weight).toBeGreaterThan(lamp?.weight ?? 1);
  });
});

test('the same text in two files is found once', async () => {
  const text = 'The lamp burns colza oil.\n';
  const library = await openLibrary(folderWith({ 'a.md': text, 'b.md': text, 'c.md': 'No oil.\n' }), signal);
  const asked = [{ term: 'colza', weight: 1 }];
  expect(find(library, { facet: 'answer', question: 'colza', asked, beside: [] })).toHaveLength(1);
});
