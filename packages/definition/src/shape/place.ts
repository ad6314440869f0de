/** A place in the document: it knows its path and takes what is found there. Readers hand it down. */
import type { Json } from '@cantata/core';
import type { ProblemCode } from '../codes.ts';
import type { Finding, Findings } from '../findings.ts';
import type { Path } from '../path.ts';
import { quote } from './words.ts';

/**
 * Stands for a value that was there but could not be read. Its problem is reported already, so every reader
 * passes over it in silence: one mistake is one problem.
 */
export const UNREAD: Json = Object.freeze({});

interface ReportOptions {
  /** Default: the value, or the key where that is what is read. */
  readonly at?: Finding['at'];
  readonly hint?: Finding['hint'];
  readonly within?: Finding['within'];
}

export class Place {
  readonly #findings: Findings;
  readonly #parent: Place | undefined;
  readonly #key: string | number | undefined;
  readonly #part: 'key' | 'value';
  readonly #what: string;

  private constructor(
    findings: Findings,
    parent?: Place,
    key?: string | number,
    part: 'key' | 'value' = 'value',
    what: string = 'the workflow',
  ) {
    this.#what = what;
    this.#findings = findings;
    this.#parent = parent;
    this.#key = key;
    this.#part = part;
  }

  /** `what` the document is, for messages. */
  static root(findings: Findings, what?: string): Place {
    return new Place(findings, undefined, undefined, undefined, what);
  }

  child(key: string | number): Place {
    return new Place(this.#findings, this, key);
  }

  /** The same place, where the key itself is what is read. */
  atKey(): Place {
    return new Place(this.#findings, this.#parent, this.#key, 'key');
  }

  /** The place `path` further down. */
  down(...path: Path): Place {
    return path.reduce<Place>((place, key) => place.child(key), this);
  }

  /** The same for all places of one reading of a document. */
  get document(): object {
    return this.#findings;
  }

  get path(): Path {
    return this.#key === undefined ? [] : [...(this.#parent?.path ?? []), this.#key];
  }

  /** How a message calls it: `` `timeout` ``, `` `depends_on[0]` ``, `the workflow`. */
  get label(): string {
    if (this.#key === undefined) return this.#what;
    if (typeof this.#key === 'string') return quote(this.#key);
    return quote(`${this.#parent?.path.at(-1) ?? ''}[${this.#key}]`);
  }

  /** Returns undefined, so that a reader can report and give up in one expression. */
  report(
    code: ProblemCode,
    message: string,
    { at = this.#part, hint, within }: ReportOptions = {},
  ): undefined {
    this.#findings.add({ code, message, path: this.path, at, hint, within });
    return undefined;
  }
}
