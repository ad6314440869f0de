/**
 * What is sent must be something that can be kept: JSON that is not nested without end, numbers that are some (1e999 is none),
 * text without NUL. Behind this, recursion over a body is bounded, and no store is asked for what none of them can hold.
 */
import { CantataError, checkJson, jsonProblemWords } from '@cantata/core';
import type { App } from '../app.ts';

/** A body holds the values that the engine takes, in an object or a list in one. */
const WRAPPED = 2;

/** @param maxDepth of a value, as the engine has it. */
export function refuseUnkeepable(app: App, maxDepth: number): void {
  // Bytes are bounded already, by what was read.
  const limits = { maxBytes: Infinity, maxDepth: maxDepth + WRAPPED };
  app.addHook('preValidation', (request, _reply, done) => {
    const { body, url } = request;
    if (url.includes('%00')) throw new CantataError('request_invalid', 'the URL has a NUL character');
    // Documents are text here, and bounded where they are read.
    const problem = typeof body === 'object' ? checkJson(body, limits) : undefined;
    if (problem !== undefined)
      throw new CantataError('request_invalid', jsonProblemWords('the body', problem));
    done();
  });
}
