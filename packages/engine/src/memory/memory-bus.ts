/** The bus inside one process: a span reaches every listener before `publish` returns. Nothing is kept. */
import type { Bus, Span } from '@cantata/core';

/**
 * A span that a shard is past already has no effect; of one that overlaps, the new events are told. A listener that
 * throws does not keep the others from being told, nor the publisher from going on: its error surfaces as an
 * uncaught one, because it is a bug of the listener.
 */
export function createMemoryBus(): Bus {
  const listeners = new Set<(span: Span) => void>();
  const told = new Map<number, number>();

  const fresh = (span: Span): Span | undefined => {
    const past = told.get(span.shard) ?? 0;
    if (span.last <= past) return undefined;
    told.set(span.shard, span.last);
    if (span.first > past) return span;
    return { ...span, first: past + 1, events: span.events.filter(({ position }) => position > past) };
  };

  return {
    publish(spans) {
      for (const span of spans) {
        const news = fresh(span);
        if (news === undefined) continue;
        for (const listener of [...listeners]) tell(listener, news);
      }
    },
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const subscription = (span: Span): void => listener(span);
      listeners.add(subscription);
      return () => {
        listeners.delete(subscription);
      };
    },
  };
}

function tell(listener: (span: Span) => void, span: Span): void {
  try {
    listener(span);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
