/** Core's cancel signal as an AbortSignal, for `fetch`, timers and everything else that takes one. */
import type { CancelSignal } from '@cantata/core';

export interface SignalBridge {
  readonly signal: () => AbortSignal;
  /** Takes the listener back: the source may live longer than the attempt. */
  readonly close: () => void;
}

/** Costs nothing until an agent asks for the signal, and nothing at all where the source is an AbortSignal. */
export function bridgeSignal(source: CancelSignal): SignalBridge {
  if (source instanceof AbortSignal) return { signal: () => source, close: () => {} };
  let controller: AbortController | undefined;
  const abort = (): void => controller?.abort(source.reason);
  return {
    signal: () => {
      if (controller === undefined) {
        controller = new AbortController();
        if (source.aborted) abort();
        else source.addEventListener('abort', abort);
      }
      return controller.signal;
    },
    close: () => source.removeEventListener('abort', abort),
  };
}
