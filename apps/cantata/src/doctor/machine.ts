/** Node, SQLite and the terminal. */
import type { Host } from '../host.ts';
import { VERSION } from '../version.ts';
import type { Finding } from './finding.ts';

/** The command does not start under an older Node, so what is seen here is recent enough. */
export function checkMachine(): readonly Finding[] {
  return [
    { state: 'ok', subject: 'cantata', text: VERSION },
    { state: 'ok', subject: 'node', text: `${process.version} at ${process.execPath}` },
    { state: 'ok', subject: 'sqlite', text: process.versions['sqlite'] ?? 'part of Node' },
  ];
}

export function checkTerminal({ out }: Host): Finding {
  const { writer, redraws, columns, rows, paint, plainSymbols } = out;
  const colours = paint.isColorSupported ? 'colours' : 'no colours';
  const symbols = plainSymbols ? 'plain symbols' : 'Unicode';
  if (writer.isTTY !== true)
    return { state: 'ok', subject: 'terminal', text: `a pipe or file: plain lines, ${colours}` };
  const text = `${columns} by ${rows}, ${colours}, ${symbols}`;
  if (redraws && columns >= 60) return { state: 'ok', subject: 'terminal', text };
  const help = redraws
    ? 'The live tree needs 60 columns to say everything.'
    : 'TERM=dumb: runs show plain lines.';
  return { state: 'warn', subject: 'terminal', text, help };
}
