import type { Span } from '@cantata/core';
import { busSuite } from '@cantata/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryBus } from './memory-bus.ts';

busSuite('memory', async () => ({ bus: createMemoryBus(), cleanup: async () => {} }));

describe('a listener that throws', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('keeps nobody from hearing the span, and its error surfaces later', () => {
    const later: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (work: () => void) => later.push(work));
    const bus = createMemoryBus();
    const heard: Span[] = [];
    bus.subscribe(() => {
      throw new Error('a bug');
    });
    bus.subscribe((news) => heard.push(news));
    void bus.publish([{ shard: 1, first: 1, last: 1, events: [] }]);
    expect(heard).toHaveLength(1);
    expect(later).toHaveLength(1);
    expect(later[0]).toThrow('a bug');
  });
});
