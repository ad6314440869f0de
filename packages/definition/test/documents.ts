/** Documents for tests, and how tests write down what was found in one. */
import { readFileSync } from 'node:fs';
import { type Problem, parseDefinition } from '../src/index.ts';

/** The workflow of the specification, word for word. */
export const SPECIFICATION = read('specification.yaml');

/** Ten different mistakes, no two of the same code. */
export const TEN_MISTAKES = read('ten-mistakes.yaml');

export interface Parts {
  readonly top?: string;
  readonly agents?: string;
  readonly tasks?: string;
  readonly coordination?: string;
}

/**
 * A small workflow without mistakes; parts of it can be replaced. Lines 1 to 3 are the head; `agents:` is on line
 * 4, its default entry on 5; the rest follows.
 */
export function documentOf({
  top = '',
  agents = '  a: { type: t }',
  tasks = '  - { id: x, agent: a }',
  coordination = '  type: hybrid',
}: Parts = {}): string {
  const head = 'name: w\nversion: "1"\norchestration_pattern: swarm\n';
  return `${head}agents:\n${agents}\ntasks:\n${tasks}\ncoordination:\n${coordination}\n${top}`;
}

/** `12:5 task_unknown tasks[0].depends_on[1]`, without the notice that every document has. */
export function found(text: string): readonly string[] {
  return problemsOf(text)
    .filter((problem) => problem.path !== 'orchestration_pattern' || problem.severity === 'error')
    .map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`.trimEnd());
}

export function problemsOf(text: string): readonly Problem[] {
  const parsed = parseDefinition(text);
  return parsed.kind === 'valid' ? parsed.notices : parsed.problems;
}

/** The only problem of the document beside that notice. */
export function onlyProblemOf(text: string): Problem {
  const problems = problemsOf(text).filter(
    ({ path, severity }) => path !== 'orchestration_pattern' || severity === 'error',
  );
  if (problems.length !== 1) throw new Error(`${problems.length} problems: ${JSON.stringify(problems)}`);
  return problems[0] as Problem;
}

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
