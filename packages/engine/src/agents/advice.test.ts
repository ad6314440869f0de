/** What an engine makes of what it hears of circuit breakers, and of what it does not hear. */
import {
  type BreakerEvent,
  type EventRow,
  newResource,
  type ResourceState,
  resourceLaw,
} from '@cantata/core';
import { VirtualClock } from '@cantata/testing';
import { expect, it } from 'vitest';
import { plainCodec } from '../codec.ts';
import { SILENT } from '../log.ts';
import { Circuits } from './circuits.ts';

const ID = 'breaker/default/worker';
const OPENED: BreakerEvent = { type: 'agent.circuit_opened', failures: 3, openMs: 1_000 };
const CLOSED: BreakerEvent = { type: 'agent.circuit_closed' };

/** A breaker whose log grows, whether anybody hears of it or not. */
class Scene {
  readonly clock = new VirtualClock();
  readonly log: EventRow[] = [];
  reads = 0;
  readonly circuits = new Circuits({
    clock: this.clock,
    codec: plainCodec,
    log: SILENT,
    read: async () => {
      this.reads += 1;
      return this.#state();
    },
  });

  happens({ type, ...data }: BreakerEvent): EventRow {
    const sequence = this.log.length + 1;
    const row = { entity: ID, sequence, at: this.clock.now(), type, schema: 1, data: JSON.stringify(data) };
    this.log.push(row as EventRow);
    return row as EventRow;
  }

  hears(...events: readonly EventRow[]): void {
    this.circuits.noted([{ shard: 0, first: 1, last: 1, events }]);
  }

  #state(): ResourceState {
    const state = newResource(ID);
    for (const { type, data, at } of this.log)
      resourceLaw.evolve(state, { type, ...(JSON.parse(data) as object) } as BreakerEvent, at);
    return state;
  }
}

it('is read once, and then follows what is heard', async () => {
  const scene = new Scene();
  expect(await scene.circuits.advise(ID)).toBe('go');
  expect(scene.circuits.advise(ID)).toBe('go');
  const opened = scene.happens(OPENED);
  scene.hears(opened, opened);
  expect(scene.circuits.advise(ID)).toBe('divert');
  expect(scene.reads).toBe(1);
});

it('is read again where something was not heard', async () => {
  const scene = new Scene();
  await scene.circuits.advise(ID);
  scene.happens(OPENED);
  scene.hears(scene.happens(CLOSED));
  expect(await scene.circuits.advise(ID)).toBe('go');
  expect(scene.reads).toBe(2);
});

it('lets one try when the time is over, and the next when nothing is heard of that', async () => {
  const scene = new Scene();
  scene.happens(OPENED);
  expect(await scene.circuits.advise(ID)).toBe('divert');
  await scene.clock.advance(1_000);
  expect(scene.circuits.advise(ID)).toBe('try');
  expect(await scene.circuits.advise(ID)).toBe('divert');
  await scene.clock.advance(1_000);
  expect(scene.circuits.advise(ID)).toBe('try');
});

it('finds out that it was closed unheard', async () => {
  const scene = new Scene();
  scene.happens(OPENED);
  await scene.circuits.advise(ID);
  scene.happens(CLOSED);
  await scene.clock.advance(1_000);
  expect(scene.circuits.advise(ID)).toBe('try');
  expect(await scene.circuits.advise(ID)).toBe('go');
});

it('is read by all who need it at once', async () => {
  const scene = new Scene();
  expect(await Promise.all([scene.circuits.advise(ID), scene.circuits.advise(ID)])).toEqual(['go', 'go']);
  expect(scene.reads).toBe(1);
});
