import { describe, expect, test } from 'vitest';
import { blocksOf } from '../src/library/blocks.ts';
import { nearest } from '../src/question/spelling.ts';
import { balanced, bare, withoutLinks, withoutMarker } from '../src/text/plain.ts';
import { sentences } from '../src/text/sentences.ts';
import { stem, terms, words } from '../src/text/words.ts';

describe('words', () => {
  test.each([
    ['runs running run', 'run run run'],
    ['retries retried retry', 'retry retry retry'],
    ['calling calls call', 'call call call'],
    ['crashes crashed crash', 'crash crash crash'],
    ['stopped stops stop', 'stop stop stop'],
    ['states state stated', 'stat stat stat'],
    ['process processes', 'process process'],
    ['status bus thing red', 'status bus thing red'],
    ["keeper's keeper", 'keeper keeper'],
  ])('%s have the stems %s', (given, stems) => {
    expect(given.split(' ').map(stem).join(' ')).toBe(stems);
  });

  test('compounds count whole and in parts, and words that say nothing do not count', () => {
    expect(words('A wake-up of `depends_on`, isn’t it?')).toEqual([
      'A',
      'wake-up',
      'of',
      'depends_on',
      'isn’t',
      'it',
    ]);
    expect(terms('A wake-up of `depends_on`, isn’t it?')).toEqual([
      'wake-up',
      'wake',
      'depends_on',
      'depend',
    ]);
  });

  test('a slip of the pen finds the nearest word, a short or a foreign one does not', () => {
    const known = ['reconciler', 'lighthous', 'read', 'break', 'limits'];
    expect(['reconcilr', 'lighthuos', 'limts'].map((word) => nearest(word, known))).toEqual([
      'reconciler',
      'lighthous',
      undefined,
    ]);
    expect(['bread', 'xylophone'].map((word) => nearest(word, known))).toEqual([undefined, undefined]);
  });
});

describe('sentences', () => {
  const texts = (...lines: string[]) => sentences(lines, 1).map(({ text }) => text);

  test('know the lines they stand on', () => {
    const lines = ['- One sentence stands here. Another one', '  runs over two lines. A third', '  ends it.'];
    expect(sentences(lines, 10)).toEqual([
      { text: 'One sentence stands here.', start: 10, end: 10 },
      { text: 'Another one runs over two lines.', start: 10, end: 11 },
      { text: 'A third ends it.', start: 11, end: 12 },
    ]);
  });

  test('do not end at abbreviations, in code or before small letters', () => {
    const whole = 'It takes e.g. Five minutes, see No. 4 or `a. B` and vs. the other. not here';
    expect(texts(whole)).toEqual([whole]);
  });

  test('keep a label with what it introduces', () => {
    expect(texts('**Sleepers.** Idle entities are evicted. They cost rows.')).toEqual([
      '**Sleepers.** Idle entities are evicted.',
      'They cost rows.',
    ]);
  });

  test('of other scripts end at their own signs', () => {
    expect(texts('灯台は岩を船に知らせる。灯台守がいる。')).toEqual([
      '灯台は岩を船に知らせる。灯台守がいる。',
    ]);
  });
});

describe('what a reader sees', () => {
  test('links are their text, images and notes are gone', () => {
    expect(
      withoutLinks('See [the log](log.md#a), ![x](y.png) [list(a, [b])](#l) and <https://a.b>[^1].'),
    ).toBe('See the log, list(a, [b]) and https://a.b.');
  });

  test('bare text has no marks, but names keep their underscores', () => {
    expect(bare('**No** _run_ of `depends_on` has a `*` in snake_case')).toBe(
      'No run of depends_on has a * in snake_case',
    );
  });

  test('halves of marks are taken off, whole ones stay', () => {
    expect(balanced('**A label. The rest')).toBe('A label. The rest');
    expect(balanced('*core decides and **all** `a * b` wait')).toBe('core decides and **all** `a * b` wait');
    expect(balanced('**whole** and `code`')).toBe('**whole** and `code`');
    expect(balanced('a `half')).toBe('a half');
  });

  test('markers of items, tasks and quotations are no text', () => {
    expect(['- a', '  12. b', '> > c', '- [x] d', 'e - f', '-g'].map(withoutMarker)).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e - f',
      '-g',
    ]);
  });
});

describe('blocks', () => {
  const blocks = (text: string) =>
    blocksOf(text).map(({ kind, start, end, headings }) => `${kind} ${start}-${end} ${headings.join('/')}`);

  test('are paragraphs and items under their headings', () => {
    expect(blocks('# A\n\none\ntwo\n- item\n  more\n- item\n\n## B #\n\nthree\n\n# C\nfour')).toEqual([
      'text 3-4 A',
      'text 5-6 A',
      'text 7-7 A',
      'text 11-11 A/B',
      'text 14-14 C',
    ]);
  });

  test('underlined headings count too, a rule and front matter do not', () => {
    expect(blocks('---\ntitle: x\n---\nTitle\n=====\n\none\n\n---\n\ntwo\n')).toEqual([
      'text 7-7 Title',
      'text 11-11 Title',
    ]);
  });

  test('code keeps its language and the paragraph before it', () => {
    const [, code] = blocksOf('So it is run:\n\n```sh\n# not a heading\nrun\n```\nafter');
    expect(code).toMatchObject({
      kind: 'code',
      start: 4,
      end: 5,
      head: 'sh',
      lead: 'So it is run:',
      headings: [],
    });
    expect(blocks('```\nnever closed')).toEqual(['code 2-2 ']);
    expect(blocks('> ```\n> quoted\n> ```\n')).toEqual(['code 2-2 ']);
  });

  test('rows of a table know its head', () => {
    expect(blocksOf('| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n')).toMatchObject([
      { kind: 'row', start: 3, end: 3, head: '| a | b |' },
      { kind: 'row', start: 4, end: 4, head: '| a | b |' },
    ]);
  });

  test('comments, badges, HTML and definitions are no text; line ends and a mark at the start do not matter', () => {
    const noise =
      '\uFEFF<!-- a\ncomment -->\r\n[![b](c)](d) ![e](f)\r\n<img src="g">\r\n[h]: http://i\r\n\r\ntext\r\n';
    expect(blocksOf(noise)).toMatchObject([{ start: 7, end: 7, lines: ['text'] }]);
  });

  test('a paragraph without end is cut', () => {
    const [first, second] = blocksOf(Array.from({ length: 30 }, () => 'line').join('\n'));
    expect([first?.end, second?.start, second?.end]).toEqual([24, 25, 30]);
  });
});
