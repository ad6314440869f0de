/** What several answers speak of. */

/** Anything JSON can say. */
export type AnyJson = unknown;
export type AnyObject = Readonly<Record<string, unknown>>;

/** A page of a list; `next_cursor` is null on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** A page of a log; `next_cursor` is the sequence behind which the next one begins. */
export interface PageAfter<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: number | null;
}

/** Something that is wrong with a document, or worth knowing about it. */
export interface DocumentProblem {
  readonly code: string;
  readonly severity: 'error' | 'notice';
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
}

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  /** What to do about it. */
  readonly title: string;
  readonly status: number;
  /** What happened. */
  readonly detail: string;
  /** Stable, for programs. */
  readonly code: string;
  readonly instance: string;
  readonly request_id: string;
  readonly retryable: boolean;
  readonly data?: AnyJson;
  readonly problems?: readonly DocumentProblem[];
}
