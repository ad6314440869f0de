/**
 * The plain part of YAML, as people and programs write it nearly always: keys and lists in lines, values that end on
 * the line they begin on, comments, and JSON. It is read here in a seventeenth of the time the library takes (15,000
 * tasks: 75 ms and 1,270 ms of processor time), and without a tree. What is not plain, anchors, tags, texts of many
 * lines and every mistake, is not judged here: the library is the only one to say that a text is wrong. So whatever
 * this reader answers must be what the library answers; tests compare the two.
 */
import type { Json } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { resolvePlain, resolveQuoted } from './plain-scalars.ts';

export type PlainRead =
  | { readonly kind: 'plain'; readonly json: Json }
  /** The first character that is not understood. */
  | { readonly kind: 'not plain'; readonly offset: number };

/** A part of the document whose place is asked for, and what is below it. */
export interface Wanted {
  readonly below: Map<string | number, Wanted>;
  key?: Stretch;
  /** Absent if the part does not exist or nothing is written. */
  value?: Stretch;
}

/** From an offset up to another. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** O(length). Fills in what is wanted, if anything is. */
export function readPlain(text: string, wanted?: Wanted): PlainRead {
  const reader = new PlainReader(text);
  try {
    return { kind: 'plain', json: reader.document(wanted) };
  } catch (error) {
    if (error instanceof NotPlain) return { kind: 'not plain', offset: error.offset };
    throw error;
  }
}

class NotPlain extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super('not plain');
    this.offset = offset;
  }
}

const ENDED = -1;
const [TAB, LF, CR, SPACE, HASH, DASH] = ['\t', '\n', '\r', ' ', '#', '-'].map((c) => c.charCodeAt(0));
const KEY = /(?:[A-Za-z_][\w.+/-]{0,200}|"[^"\\\t\r\n]{0,200}"|'[^'\t\r\n]{0,200}'):(?=[ \r\n]|$)/y;
const FLOW_KEY = /(?:[A-Za-z_][\w.+/-]{0,200}: |"[^"\\\t\r\n]{0,200}" ?:)/y;
const LINE = /(?:[^\s!"#%&'*,:>?@[\]`{|}-]|-[\w.])[^\t\r\n]*/y;
// Three dots may end the document, also inside of brackets.
const FLOW_WORD = /(?:[\w$/+(<=;^~]|\.(?!\.)|-\w)[^,[\]{}:#"'\t\r\n]*/y;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', '<<']);

class PlainReader {
  readonly #text: string;
  /** The next character to read, its column, and the end of its line. */
  #at = 0;
  #column = 0;
  #lineEnd = 0;
  #nextLine = 0;
  #depth = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(wanted: Wanted | undefined): Json {
    this.#advance();
    if (this.#column === 0 && this.#text.slice(this.#at, this.#lineEnd) === '---') this.#advance();
    const json = this.#text[this.#at] === '{' ? this.#whole(wanted) : this.#block(wanted);
    if (this.#column !== ENDED) this.#leave();
    return json;
  }

  /** Gives up: what stands here is for the library. */
  #leave(): never {
    throw new NotPlain(Math.max(this.#at, 0));
  }

  /** To the next line with something on it but a comment. */
  #advance(): void {
    const text = this.#text;
    let start = this.#nextLine;
    while (start < text.length) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at++;
      const code = text.charCodeAt(at);
      const end = text.indexOf('\n', at);
      this.#at = at;
      this.#lineEnd = end === -1 ? text.length : text.charCodeAt(end - 1) === CR && end > at ? end - 1 : end;
      this.#nextLine = end === -1 ? text.length : end + 1;
      if (at < this.#lineEnd && code !== HASH) {
        this.#column = at - start;
        if (code === TAB) this.#leave();
        return;
      }
      start = this.#nextLine;
    }
    this.#at = text.length;
    this.#column = ENDED;
  }

  /** A mapping or a list that begins here. */
  #block(wanted: Wanted | undefined): Json {
    if (this.#column === ENDED) this.#leave();
    if (this.#isDash()) return this.#list(wanted);
    return this.#mapping(this.#key() ?? this.#leave(), wanted);
  }

  #mapping(first: Key, wanted: Wanted | undefined): Json {
    const column = this.#column;
    const object: Record<string, Json> = {};
    const { start } = first;
    this.#down();
    let key = first;
    for (;;) {
      if (Object.hasOwn(object, key.name) || FORBIDDEN_KEYS.has(key.name)) this.#leave();
      const below = wanted?.below.get(key.name);
      if (below !== undefined) below.key = { start: key.start, end: key.end };
      object[key.name] = this.#valueOf(column, below);
      if (this.#column !== column) break;
      key = this.#key() ?? this.#leave();
    }
    this.#up(column);
    if (wanted !== undefined) wanted.value = { start, end: this.#at };
    return object;
  }

  #list(wanted: Wanted | undefined): Json {
    const column = this.#column;
    const start = this.#at;
    const items: Json[] = [];
    this.#down();
    while (this.#column === column && this.#isDash()) {
      const below = wanted?.below.get(items.length);
      const dash = this.#at++;
      if (this.#skipBlanks()) {
        this.#advance();
        if (this.#column <= column) this.#leave();
        items.push(this.#block(below));
        continue;
      }
      // What follows the dash is as if it stood on a line of its own.
      this.#column = column + this.#at - dash;
      const key = this.#isDash() ? undefined : this.#key();
      if (key !== undefined) items.push(this.#mapping(key, below));
      else if (this.#isDash()) items.push(this.#list(below));
      else items.push(this.#inline(column, below));
    }
    this.#up(column);
    if (wanted !== undefined) wanted.value = { start, end: this.#at };
    return items;
  }

  #count(): void {
    if (++this.#values > LIMITS.plainValues) this.#leave();
  }

  #down(): void {
    this.#count();
    // The library counts a little differently; near the bound it decides.
    if (++this.#depth > LIMITS.depth - 4) this.#leave();
  }

  #up(column: number): void {
    this.#depth--;
    if (this.#column > column) this.#leave();
  }

  #isDash(): boolean {
    if (this.#text.charCodeAt(this.#at) !== DASH) return false;
    const next = this.#text.charCodeAt(this.#at + 1);
    return next === SPACE || this.#at + 1 === this.#lineEnd;
  }

  #key(): Key | undefined {
    return this.#keyBy(KEY);
  }

  /** No match is kept: an array for each key is most of what there would be to collect. */
  #keyBy(pattern: RegExp): Key | undefined {
    const text = this.#text;
    const start = this.#at;
    pattern.lastIndex = start;
    if (!pattern.test(text)) return undefined;
    this.#at = pattern.lastIndex;
    const quote = text[start] as string;
    if (quote === '"' || quote === "'") {
      const end = text.indexOf(quote, start + 1);
      return { name: text.slice(start + 1, end), start, end: end + 1 };
    }
    const end = text.indexOf(':', start);
    const name = text.slice(start, end);
    return typeof resolvePlain(name) === 'string' ? { name, start, end } : this.#leave();
  }

  /** What follows the colon, on its line or below it. */
  #valueOf(column: number, wanted: Wanted | undefined): Json {
    if (!this.#skipBlanks()) return this.#inline(column, wanted);
    this.#advance();
    // The entries of a list may stand below the first letter of its key.
    if (this.#column > column || (this.#column === column && this.#isDash())) return this.#block(wanted);
    this.#count();
    return null;
  }

  /** Whether nothing more is on this line. */
  #skipBlanks(): boolean {
    const before = this.#at;
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at++;
    if (this.#at >= this.#lineEnd) return true;
    return this.#at > before && this.#text.charCodeAt(this.#at) === HASH;
  }

  /** A value that ends on its line; `column` is that of the key or dash it belongs to. */
  #inline(column: number, wanted: Wanted | undefined): Json {
    const start = this.#at;
    const json = this.#value(LINE, start, wanted);
    if (wanted !== undefined) wanted.value = { start, end: this.#at };
    if (!this.#skipBlanks()) this.#leave();
    this.#advance();
    // The text goes on there, or is wrong.
    if (this.#column > column) this.#leave();
    return json;
  }

  #value(plain: RegExp, start: number, wanted: Wanted | undefined): Json {
    this.#count();
    switch (this.#text[start]) {
      case '"':
        return resolveQuoted(this.#quoted(closingDouble)) ?? this.#leave();
      case "'":
        return this.#quoted(closingSingle).slice(1, -1).replaceAll("''", "'");
      case '[':
        return this.#flowList(wanted);
      case '{':
        return this.#flowMapping(wanted);
      default:
        return this.#plain(this.#match(plain));
    }
  }

  #match(pattern: RegExp): string {
    const start = this.#at;
    pattern.lastIndex = start;
    if (!pattern.test(this.#text)) this.#leave();
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  /** A text in quotes, the quotes included. */
  #quoted(closing: (text: string, at: number) => number): string {
    const end = closing(this.#text, this.#at);
    if (end === -1 || end >= this.#lineEnd) this.#leave();
    const written = this.#text.slice(this.#at, end + 1);
    if (/[\t\r\n]/.test(written)) this.#leave();
    this.#at = end + 1;
    return written;
  }

  #plain(rest: string): Json {
    const comment = rest.indexOf(' #');
    const written = (comment === -1 ? rest : rest.slice(0, comment)).replace(/ +$/, '');
    this.#at -= rest.length - written.length;
    if (written.endsWith(':') || written.includes(': ')) this.#leave();
    const json = resolvePlain(written);
    return json === undefined ? this.#leave() : json;
  }

  /** A document that is one mapping in braces: JSON, where line breaks mean nothing. */
  #whole(wanted: Wanted | undefined): Json {
    const start = this.#at;
    this.#lineEnd = this.#text.length;
    const json = this.#flowMapping(wanted);
    if (wanted !== undefined) wanted.value = { start, end: this.#at };
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#leave();
    this.#column = ENDED;
    return json;
  }

  #flowList(wanted: Wanted | undefined): Json {
    const items: Json[] = [];
    this.#open();
    for (let more = !this.#closes(']'); more; more = this.#goesOn(']')) {
      items.push(this.#flowValue(wanted?.below.get(items.length)));
    }
    return items;
  }

  #flowMapping(wanted: Wanted | undefined): Json {
    const object: Record<string, Json> = {};
    this.#open();
    for (let more = !this.#closes('}'); more; more = this.#goesOn('}')) {
      const { name, start, end } = this.#keyBy(FLOW_KEY) ?? this.#leave();
      if (Object.hasOwn(object, name) || FORBIDDEN_KEYS.has(name)) this.#leave();
      const below = wanted?.below.get(name);
      if (below !== undefined) below.key = { start, end };
      object[name] = this.#flowValue(below);
    }
    return object;
  }

  #open(): void {
    this.#down();
    this.#at++;
    this.#skipSpace();
  }

  #closes(bracket: string): boolean {
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    this.#depth--;
    return true;
  }

  /** After an entry: whether another one follows. */
  #goesOn(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    if (this.#text[this.#at] !== ',') this.#leave();
    this.#at++;
    this.#skipSpace();
    return true;
  }

  #flowValue(wanted: Wanted | undefined): Json {
    this.#skipSpace();
    const start = this.#at;
    const json = this.#value(FLOW_WORD, start, wanted);
    if (wanted !== undefined) wanted.value = { start, end: this.#at };
    this.#skipSpace();
    return json;
  }

  /** Line breaks too, where the document is one mapping in braces. */
  #skipSpace(): void {
    for (; this.#at < this.#lineEnd; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== TAB && code !== LF && code !== CR) return;
    }
  }
}

interface Key extends Stretch {
  readonly name: string;
}

/** The quote that closes the one at `at`. Not a regular expression: a million escapes would overflow its stack. */
function closingDouble(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Doubled, a single quote stands for itself. */
function closingSingle(text: string, at: number): number {
  let end = text.indexOf("'", at + 1);
  while (end !== -1 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
  return end;
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}
