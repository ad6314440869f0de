/** What a turn does once, whatever becomes of its attempts. */
import type { AgentContext, Assignment, Json } from '@cantata/core';
import type { Context } from './context.ts';

export function createOnce(assignment: Assignment, port: AgentContext): Context['once'] {
  // Two calls at a time under one key are one.
  const underWay = new Map<string, Promise<Json>>();
  const begin = async (key: string, make: () => Json | Promise<Json>): Promise<Json> => {
    const known = assignment.kept[key];
    if (known !== undefined) return known;
    return port.keep(key, await make());
  };
  const once = async (key: string, make: () => Json | Promise<Json>): Promise<Json> => {
    let result = underWay.get(key);
    if (result === undefined) {
      result = begin(key, make);
      underWay.set(key, result);
      // What failed may be tried again, in this attempt, too.
      result.catch(() => underWay.delete(key));
    }
    return structuredClone(await result);
  };
  // What was written down under the key is what `make` gave, now or before.
  return once as Context['once'];
}
