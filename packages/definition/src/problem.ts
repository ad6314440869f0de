/** What is wrong with a document, where, and what to do about it: the form everybody outside this package sees. */

export interface Problem {
  /** Stable; all of them are listed in docs/language.md. */
  readonly code: string;
  readonly severity: 'error' | 'notice';
  readonly message: string;
  /** `tasks[2].depends_on[0]`; the optional `workflow:` root is not part of it. Empty for the document itself. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  readonly hint?: string;
}

/** One line for people and editors: ``workflow.yaml:12:5 error task_unknown: … (did you mean `research`?)``. */
export function formatProblem(problem: Problem, file?: string): string {
  const where = `${file === undefined ? '' : `${file}:`}${problem.line}:${problem.column}`;
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${where} ${problem.severity} ${problem.code}: ${problem.message}${hint}`;
}
