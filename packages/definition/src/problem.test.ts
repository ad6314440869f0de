import { expect, it } from 'vitest';
import { documentOf, onlyProblemOf } from '../test/documents.ts';
import { pathText } from './path.ts';
import { formatProblem } from './problem.ts';

const problem = onlyProblemOf(
  documentOf({ tasks: '  - { id: research, agent: a }\n  - { id: y, agent: a, depends_on: [reserch] }' }),
);

it('is one line with file, line, column, severity, code and hint', () => {
  expect(formatProblem(problem, 'workflow.yaml')).toBe(
    'workflow.yaml:8:37 error task_unknown: `y` depends on `reserch`, which is no task (did you mean `research`?)',
  );
});

it('needs neither a file nor a hint', () => {
  const { hint: _, ...rest } = problem;
  expect(formatProblem({ ...rest, severity: 'notice' })).toBe(
    '8:37 notice task_unknown: `y` depends on `reserch`, which is no task',
  );
});

it('has a path that can be read back, whatever the keys', () => {
  expect(pathText([])).toBe('');
  expect(pathText(['tasks', 2, 'depends_on', 0])).toBe('tasks[2].depends_on[0]');
  expect(pathText(['agents', 'a.b', 'x'])).toBe('agents["a.b"].x');
  expect(pathText(['say "hi"'])).toBe('["say \\"hi\\""]');
  expect(pathText(['x'.repeat(200)])).toHaveLength(132);
});
