/** The conformance suite of the bus port. Delivery may take a moment, so expectations are polled. */
import type { Bus, EventRow, Span } from '@cantata/core';
import { describe, expect, it } from 'vitest';

export interface OpenBus {
  readonly bus: Bus;
  readonly cleanup: () => Promise<void>;
}

function span(shard: number, first: number, last: number): Span {
  const events = Array.from({ length: last - first + 1 }, (_, i): EventRow => {
    const position = first + i;
    return {
      entity: `entity-${shard}`,
      sequence: position,
      shard,
      position,
      at: position,
      type: 'task.completed',
      schema: 1,
      causation: '',
      actor: 'engine',
      traceparent: null,
      data: `{"n":${position},"text":"漢字 🎼"}`,
    };
  });
  return { shard, first, last, events };
}

export function busSuite(name: string, open: () => Promise<OpenBus>): void {
  describe(`${name} is a bus`, () => {
    const onBus = (test: (bus: Bus, heard: Span[]) => Promise<void>) => async () => {
      const { bus, cleanup } = await open();
      const heard: Span[] = [];
      bus.subscribe((news) => heard.push(news));
      try {
        await test(bus, heard);
      } finally {
        await cleanup();
      }
    };

    it(
      'carries spans whole and in order within a shard',
      onBus(async (bus, heard) => {
        const spans = [span(1, 1, 2), span(2, 1, 1), span(1, 3, 3), span(2, 2, 60)];
        await bus.publish(spans.slice(0, 3));
        await bus.publish(spans.slice(3));
        await expect.poll(() => heard.length).toBe(4);
        for (const shard of [1, 2]) {
          expect(heard.filter((news) => news.shard === shard)).toEqual(
            spans.filter((sent) => sent.shard === shard),
          );
        }
      }),
    );

    it(
      'does nothing for a span that was published before',
      onBus(async (bus, heard) => {
        await bus.publish([span(1, 1, 2), span(1, 3, 4)]);
        await bus.publish([span(1, 1, 2)]);
        await bus.publish([span(1, 3, 4), span(1, 5, 5)]);
        await expect.poll(() => heard.map(({ last }) => last)).toEqual([2, 4, 5]);
      }),
    );

    it(
      'tells the new part of a span that overlaps what was published',
      onBus(async (bus, heard) => {
        await bus.publish([span(1, 1, 3)]);
        await bus.publish([span(1, 2, 5)]);
        await expect.poll(() => heard).toEqual([span(1, 1, 3), span(1, 4, 5)]);
      }),
    );

    it(
      'carries on behind a gap: who listens sees it by the positions',
      onBus(async (bus, heard) => {
        await bus.publish([span(1, 1, 1)]);
        await bus.publish([span(1, 5, 6)]);
        await expect.poll(() => heard).toEqual([span(1, 1, 1), span(1, 5, 6)]);
      }),
    );

    it(
      'tells every listener, from its subscription to its end',
      onBus(async (bus, heard) => {
        await bus.publish([span(1, 1, 1)]);
        await expect.poll(() => heard.length).toBe(1);
        const late: Span[] = [];
        const leave = bus.subscribe((news) => late.push(news));
        await bus.publish([span(1, 2, 2)]);
        await expect.poll(() => late).toEqual([span(1, 2, 2)]);
        leave();
        leave();
        await bus.publish([span(1, 3, 3)]);
        await expect.poll(() => heard.length).toBe(3);
        expect(late).toHaveLength(1);
      }),
    );

    it(
      'takes a listener that leaves while it is told',
      onBus(async (bus, heard) => {
        const once: Span[] = [];
        const leave = bus.subscribe((news) => {
          once.push(news);
          leave();
        });
        await bus.publish([span(1, 1, 1), span(1, 2, 2)]);
        await expect.poll(() => heard.length).toBe(2);
        expect(once).toHaveLength(1);
      }),
    );

    it(
      'takes nothing to publish',
      onBus(async (bus, heard) => {
        await bus.publish([]);
        expect(heard).toEqual([]);
      }),
    );
  });
}
