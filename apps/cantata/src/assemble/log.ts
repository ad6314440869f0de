/** The engine's log as remarks beside the run: what an operator must know in short, or everything. */
import type { JsonObject } from '@cantata/core';
import type { Log, LogLevel } from '@cantata/engine';
import { shortId } from '../render/text.ts';

export function engineLog(remark: (text: string) => void, verbose: boolean): Log {
  if (verbose) return (level, message, fields) => remark(wholeLine(level, message, fields));
  let last = '';
  return (level, message, fields) => {
    if (level !== 'warn' && level !== 'error') return;
    const line = shortLine(level, message, fields);
    // What is tried again and fails again is told once.
    if (line !== last) remark(line);
    last = line;
  };
}

/** Where and which code; the error itself is told where it ends the run. */
function shortLine(level: LogLevel, message: string, fields: JsonObject = {}): string {
  const id = fields['execution'] ?? fields['entity'];
  const where = [
    ...(typeof id === 'string' ? [shortId(id)] : []),
    ...(typeof fields['code'] === 'string' ? [fields['code']] : []),
  ];
  return `${level}: ${message}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
}

function wholeLine(level: LogLevel, message: string, { stack, ...rest }: JsonObject = {}): string {
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [`${level}: ${[message, ...fields].join(' ')}`, ...(typeof stack === 'string' ? [stack] : [])].join(
    '\n',
  );
}
