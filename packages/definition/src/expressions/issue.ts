/** What is wrong with an expression, before it is known where in a document it stands. */
import type { ProblemCode } from '../codes.ts';
import type { Hint } from '../hint.ts';

export interface Issue {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint?: Hint | undefined;
  /** Where in the text of the expression, in UTF-16 units from 0. */
  readonly offset: number;
}
