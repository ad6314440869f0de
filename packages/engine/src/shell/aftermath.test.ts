import { CantataError, CONTINUE, type ErrorCode } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { type Aftermath, aftermath } from './aftermath.ts';
import type { Input } from './input.ts';

const internal: Input = { entity: 'execution', command: CONTINUE, causation: '', actor: 'engine' };
const caller: Input = { ...internal, reply: () => undefined };
const message: Input = { ...internal, message: 'm1' };
const ofResource: Input = { ...message, entity: 'admission/x' };

function after(code: ErrorCode, inputs: readonly Input[], isWhole = true): Aftermath {
  return aftermath({ inputs, error: new CantataError(code, 'no'), isWhole, attempts: 3 });
}

function fates(found: Aftermath): readonly string[] {
  return Object.entries<readonly Input[]>({ ...found }).flatMap(([fate, inputs]) =>
    inputs.length > 0 ? [`${fate} ${inputs.length}`] : [],
  );
}

describe('what becomes of the inputs of a refused commit', () => {
  it('tells callers, and tries what nobody would repeat again, counting', () => {
    const found = after('store_busy', [internal, caller, internal]);
    expect(fates(found)).toEqual(['retry 2', 'tell 1']);
    expect(found.retry.map(({ attempts }) => attempts)).toEqual([1, 1]);
    const again = after('store_busy', found.retry);
    expect(again.retry.map(({ attempts }) => attempts)).toEqual([2, 2]);
  });

  it('leaves what came by inbox to be read there again: it may be gone from it', () => {
    expect(fates(after('store_unavailable', [message, ofResource]))).toEqual(['leave 2']);
  });

  it('parks executions after the last try; what came by inbox stays there, and resources go on', () => {
    const resource: Input = { ...internal, entity: 'admission/x' };
    const tried = [internal, message, resource, ofResource].map((input) => ({ ...input, attempts: 2 }));
    expect(fates(after('store_busy', tried))).toEqual(['park 1', 'leave 3']);
  });

  it('gives each input a commit of its own when the data of one is refused, callers too', () => {
    const found = after('store_data_refused', [internal, caller, message]);
    expect(fates(found)).toEqual(['retry 3']);
    expect(found.retry.every(({ alone }) => alone)).toBe(true);
  });

  it('does not condemn an input for what else was in its commit', () => {
    expect(fates(after('store_data_refused', [internal], false))).toEqual(['retry 1']);
  });

  it.each([
    ['parks the execution of', internal, 'park 1'],
    ['tells', caller, 'tell 1'],
    ['refuses', message, 'refuse 1'],
    ['refuses', ofResource, 'refuse 1'],
  ])('%s the culprit', (_, input, fate) => {
    expect(fates(after('store_data_refused', [input]))).toEqual([fate]);
  });
});
