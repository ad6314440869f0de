/** The order in which inputs are taken, against a plain array. */
import { CantataError } from '@cantata/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from './agenda.ts';
import type { Input } from './input.ts';

function input(entity: string): Input {
  return { entity, command: { type: 'continue' }, causation: 'test', actor: 'ann' };
}

const names = (inputs: Iterable<Input>): readonly string[] => Array.from(inputs, ({ entity }) => entity);

const moves = fc.array(
  fc.oneof(
    fc.constant({ kind: 'push' as const }),
    fc.constant({ kind: 'take' as const }),
    fc.constant({ kind: 'takeAll' as const }),
    fc.record({ kind: fc.constant('putFirst' as const), count: fc.nat(4) }),
  ),
  { maxLength: 60 },
);

describe('the agenda of the loop', () => {
  it('gives inputs in the order of an array that is pushed to, taken from and put before', () => {
    fc.assert(
      fc.property(moves, (made) => {
        const agenda = new Agenda();
        const model: Input[] = [];
        let n = 0;
        const fresh = (): Input => input(String(n++));
        for (const move of made) {
          if (move.kind === 'push') {
            const one = fresh();
            agenda.push(one);
            model.push(one);
          } else if (move.kind === 'putFirst') {
            const some = Array.from({ length: move.count }, fresh);
            agenda.putFirst(some);
            model.unshift(...some);
          } else if (move.kind === 'takeAll') {
            expect(names(agenda.takeAll())).toEqual(names(model));
            model.length = 0;
          } else if (model.length > 0) {
            agenda.take();
            model.shift();
          }
          expect(agenda.next).toBe(model[0]);
          expect(agenda.size).toBe(model.length);
          expect(agenda.isEmpty).toBe(model.length === 0);
          expect(names(agenda).toSorted()).toEqual(names(model).toSorted());
        }
      }),
    );
  });

  it('gives back what came by inbox to some entities, and keeps all else in its order', () => {
    const agenda = new Agenda();
    const told = (entity: string, message: string): Input => ({ ...input(entity), message });
    for (const one of [told('a', '1'), input('a'), told('b', '2'), told('a', '3'), input('c')])
      agenda.push(one);
    const taken = agenda.takeMessagesTo(new Set(['a', 'c']));
    expect(taken.map(({ message }) => message)).toEqual(['1', '3']);
    expect(names(agenda.takeAll())).toEqual(['a', 'b', 'c']);
  });

  it('is not empty while somebody is to be refused or marked, and tells whose mark is dropped', () => {
    const agenda = new Agenda();
    agenda.refuse({ input: input('a'), outcome: { kind: 'accepted', sequence: 1 } });
    expect(agenda.isEmpty).toBe(false);
    expect(agenda.takeRefusals()).toHaveLength(1);
    expect(agenda.isEmpty).toBe(true);
    const told: (CantataError | undefined)[] = [];
    agenda.mark({ row: { executionId: 'a' } as never, done: (error) => void told.push(error) });
    expect(agenda.isEmpty).toBe(false);
    const error = new CantataError('engine_closed', 'gone');
    agenda.dropMarks(error);
    expect(told).toEqual([error]);
    expect(agenda.isEmpty).toBe(true);
  });
});
