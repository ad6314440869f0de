/** Numbers the places that are quoted, and makes links that lead to them from where the report stands. */
import { dirname, relative, resolve, sep } from 'node:path';
import type { Quote } from './together.ts';

export interface Source {
  readonly number: number;
  readonly file: string;
  readonly line: number;
  readonly headings: readonly string[];
  /** The file with the line, relative to the report. */
  readonly link: string;
}

export class Sources {
  readonly #report: string;
  readonly #byPlace = new Map<string, Source>();

  constructor(report: string) {
    this.#report = report;
  }

  /** The source of a quotation; the same place keeps its number. */
  of(quote: Quote): Source {
    const place = `${quote.file}:${quote.start}`;
    const known = this.#byPlace.get(place);
    if (known !== undefined) return known;
    const { file, start, headings } = quote;
    const source = {
      number: this.#byPlace.size + 1,
      file,
      line: start,
      headings,
      link: this.#link(file, start),
    };
    this.#byPlace.set(place, source);
    return source;
  }

  all(): readonly Source[] {
    return [...this.#byPlace.values()];
  }

  #link(file: string, line: number): string {
    const path = relative(dirname(resolve(this.#report)), resolve(file))
      .split(sep)
      .join('/');
    // Blanks and brackets would end the link.
    return `${encodeURI(path).replace(/[()#?]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}#L${line}`;
  }
}
