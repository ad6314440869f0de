/** What any release has written folds to the same state for ever. `npm run golden` records what is new. */
import type { Json } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from './event-types.ts';
import { fieldsRead } from './fields.ts';
import { goldenFiles, recordedFields } from './files.ts';
import { folded, logOf, textOf } from './log.ts';
import { SCENARIOS } from './scenarios.ts';

const FILES = goldenFiles();

describe('a golden log', () => {
  it.each(FILES.map((file) => [`${file.release}/${file.name}`, file.log] as const))(
    'folds to what it always said: %s',
    (_, log) => {
      // What a newer release can say besides is no contradiction.
      expect(folded(log)).toMatchObject(log.expected);
    },
  );

  it('is read as it was written', () => {
    for (const { log } of FILES) expect(logOf(textOf(log, log.expected))).toEqual(log);
  });

  it('is missed if something else comes of it', () => {
    const { log } = FILES.find(({ name }) => name === 'plain') as (typeof FILES)[number];
    const other = {
      ...log,
      rows: log.rows.map((row) => (row.type === 'task.completed' ? { ...row, at: row.at + 1 } : row)),
    };
    expect(folded(other)).not.toMatchObject(log.expected);
  });
});

describe('what the fold reads of events', () => {
  const logs = FILES.map(({ log }) => log);

  it('is what it always read: a field with another name or place now is upcast', () => {
    const read = new Set(fieldsRead(logs));
    expect(recordedFields().filter((field) => !read.has(field))).toEqual([]);
  });

  it('is missed if it has another name', () => {
    const renamed = logs.map((log) => ({
      ...log,
      rows: log.rows.map((row) => {
        if (row.type !== 'human.requested') return row;
        const { prompt, ...data } = row.data;
        return { ...row, data: { ...data, question: prompt as Json } };
      }),
    }));
    expect(fieldsRead(renamed)).not.toContain('human.requested.prompt');
  });
});

it('has every type of event there is; for a new one add a scenario and run `npm run golden`', () => {
  const covered = new Set(FILES.flatMap(({ log }) => log.rows.map(({ type }) => type)));
  expect(EVENT_TYPES.filter((type) => !covered.has(type))).toEqual([]);
});

it('was recorded of every scenario', () => {
  const names = new Set(FILES.map(({ name }) => name));
  expect(SCENARIOS.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});
