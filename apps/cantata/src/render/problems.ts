/** Problems of workflow files, as compilers show them: an editor's terminal makes links of them. */
import type { FileProblem } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { pad, width } from './text.ts';

export function problemLines(problems: readonly FileProblem[], { paint }: Terminal): readonly string[] {
  const places = problems.map(({ file, line, column }) => `${file}:${line}:${column}`);
  const placeColumns = Math.max(0, ...places.map(width));
  const codeColumns = Math.max(0, ...problems.map(({ code }) => code.length));
  return problems.flatMap(({ severity, code, message, hint }, i) => {
    const isError = severity === 'error';
    const word = isError ? paint.red(pad('error', 6)) : pad('notice', 6);
    const line = `${pad(places[i] as string, placeColumns)}  ${word}  ${code.padEnd(codeColumns)}  ${message}`;
    const lines = hint === undefined ? [line] : [line, `${' '.repeat(placeColumns + 2)}${paint.dim(hint)}`];
    return isError ? lines : lines.map(paint.dim);
  });
}
