/** Takes a Markdown or text file apart: paragraphs, list items, table rows and code, each with its lines and headings. */

export interface Block {
  readonly kind: 'text' | 'row' | 'code';
  /** First and last line, from 1. */
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  /** The head of the table a row belongs to; the language of a piece of code. */
  readonly head?: string;
  /** The paragraph that introduces a piece of code. */
  readonly lead?: string;
  /** The lines as they stand in the file. */
  readonly lines: readonly string[];
}

/** Longer paragraphs are cut: a passage should be something one can quote. */
const MAX_LINES = 24;

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const UNDERLINE = /^ {0,3}(=+|-{3,})\s*$/;
const FENCE = /^\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})\s*([\w+-]*)/;
const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+\S/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Nothing to read: rules, lines of HTML, lone images and badges, definitions of links. */
const NOISE =
  /^\s*(?:[-*_](?:\s*[-*_]){2,}|<[^>]+>.*|(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?\s*)+|\[[^\]]+\]:\s.*)\s*$/;

export function blocksOf(text: string): Block[] {
  return new Reader(text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)).read();
}

class Reader {
  readonly #lines: readonly string[];
  readonly #blocks: Block[] = [];
  #headings: { readonly level: number; readonly title: string }[] = [];
  /** Index of the line being read. */
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): Block[] {
    this.#skipFrontMatter();
    while (this.#at < this.#lines.length) this.#next();
    return this.#blocks;
  }

  #line(offset = 0): string {
    return this.#lines[this.#at + offset] ?? '';
  }

  #next(): void {
    const line = this.#line();
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (fence) this.#code(fence[1] as string, fence[2] as string);
    else if (heading) this.#enter((heading[1] as string).length, heading[2] as string);
    else if (line.includes('<!--')) this.#comment();
    else if (line.includes('|') && TABLE_RULE.test(this.#line(1)) && this.#line(1).includes('-'))
      this.#table();
    else if (line.trim() === '' || NOISE.test(line)) this.#at += 1;
    else if (UNDERLINE.test(this.#line(1)) && !ITEM.test(line)) this.#underlined();
    else this.#paragraph();
  }

  #skipFrontMatter(): void {
    if (this.#line().trim() !== '---') return;
    const close = this.#lines.findIndex((line, n) => n > 0 && line.trim() === '---');
    if (close > 0) this.#at = close + 1;
  }

  #comment(): void {
    while (this.#at < this.#lines.length && !this.#line().includes('-->')) this.#at += 1;
    this.#at += 1;
  }

  #enter(level: number, title: string): void {
    this.#headings = [...this.#headings.filter((above) => above.level < level), { level, title }];
    this.#at += 1;
  }

  #underlined(): void {
    const level = this.#line(1).trim().startsWith('=') ? 1 : 2;
    this.#enter(level, this.#line().trim());
    this.#at += 1;
  }

  #code(fence: string, language: string): void {
    const first = this.#at + 1;
    this.#at = first;
    while (
      this.#at < this.#lines.length &&
      !this.#line()
        .replace(/^[\s>]+/, '')
        .startsWith(fence)
    )
      this.#at += 1;
    if (this.#at > first) this.#add('code', first, this.#at - 1, language);
    this.#at += 1;
  }

  #table(): void {
    const head = this.#line();
    this.#at += 2;
    for (; this.#line().includes('|'); this.#at += 1) this.#add('row', this.#at, this.#at, head);
  }

  #paragraph(): void {
    const first = this.#at;
    do this.#at += 1;
    while (this.#goesOn() && this.#at - first < MAX_LINES);
    this.#add('text', first, this.#at - 1);
  }

  #goesOn(): boolean {
    const line = this.#line();
    return (
      line.trim() !== '' && !ITEM.test(line) && !HEADING.test(line) && !FENCE.test(line) && !NOISE.test(line)
    );
  }

  #leadOf(first: number): string {
    const before = this.#blocks.at(-1);
    // Two lines up at most: the fence, and a blank one.
    return before?.kind === 'text' && first - before.end <= 2 ? before.lines.join(' ') : '';
  }

  #add(kind: Block['kind'], first: number, last: number, head = ''): void {
    const lead = kind === 'code' ? this.#leadOf(first) : '';
    this.#blocks.push({
      kind,
      start: first + 1,
      end: last + 1,
      headings: this.#headings.map(({ title }) => title),
      ...(head !== '' && { head }),
      ...(lead !== '' && { lead }),
      lines: this.#lines.slice(first, last + 1),
    });
  }
}
