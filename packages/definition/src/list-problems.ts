/** From findings to problems: with line, column and hint, in the order of the document. */
import { effectOf } from './codes.ts';
import type { Finding, Findings } from './findings.ts';
import { LIMITS } from './limits.ts';
import { pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { printable } from './shape/words.ts';
import { Suggestions } from './suggestions.ts';
import type { Spot } from './text/locator.ts';
import type { TextRead } from './text/read-text.ts';

/** Length of a message; all of ours are shorter. */
const LONGEST = 1000;

interface Located {
  readonly finding: Finding;
  readonly spot: Spot;
}

/** `root` is the key that wraps the workflow, if one does; paths begin below it. */
export function listProblems(
  findings: Findings,
  read: TextRead,
  root: string | undefined,
): readonly Problem[] {
  const suggestions = new Suggestions();
  const spots = read.locator.spots(findings.list);
  const problems = findings.list
    .map((finding, i): Located => ({ finding, spot: spots[i] as Spot }))
    .filter((located) => isTrusted(located, read))
    .sort((a, b) => a.spot.offset - b.spot.offset)
    .map(({ finding, spot }): Problem => {
      const { code, message, hint: source } = finding;
      const hint = typeof source === 'function' ? source({ written: spot.written, suggestions }) : source;
      // What messages quote is made printable where it is quoted; this is the door nothing else gets through.
      return {
        code,
        severity: effectOf(code) === 'notice' ? 'notice' : 'error',
        message: printable(message, LONGEST),
        path: pathText(finding.path[0] === root ? finding.path.slice(1) : finding.path),
        ...read.lines.positionAt(spot.offset),
        ...(hint === undefined ? {} : { hint: printable(hint, LONGEST) }),
      };
    });
  return findings.omitted === 0 ? problems : [...problems, omission(findings.omitted, problems.at(-1))];
}

/** From a syntax problem on the library guesses: what ends before it can be trusted. */
function isTrusted({ finding, spot }: Located, { broken, trustedUpTo }: TextRead): boolean {
  if (!broken || effectOf(finding.code) === 'unreadable') return true;
  return spot.end < trustedUpTo;
}

function omission(count: number, last: Problem | undefined): Problem {
  return {
    code: 'problems_omitted',
    severity: 'notice',
    message: `${count} more problems are not listed`,
    path: '',
    line: last?.line ?? 1,
    column: last?.column ?? 1,
    hint: `at most ${LIMITS.problems} are`,
  };
}
