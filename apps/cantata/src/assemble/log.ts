/** The engine's log as remarks beside the run: what an operator must know, or everything. */
import type { Log } from '@cantata/engine';

export function engineLog(remark: (text: string) => void, verbose: boolean): Log {
  return (level, message, fields = {}) => {
    if (!verbose && level !== 'warn' && level !== 'error') return;
    const { stack, ...rest } = fields;
    const more = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    remark(`${level}: ${[message, ...more].join(' ')}`);
    if (verbose && typeof stack === 'string') remark(stack);
  };
}
