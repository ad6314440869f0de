/** Core's cancel signal as an AbortSignal, for `fetch`, timers and everything else that takes one. */
import type { CancelSignal } from '@cantata/core';

export interface SignalBridge {
  readonly signal: () => AbortSignal;
  /** Takes the listener back: the source may live longer than the attempt. */
  readonly close: () => void;
}

/**
 * Nothing is looked at before an agent asks for the signal: an engine may make its own as late as that. Where the
 * source is an AbortSignal it is passed through.
 */
export function bridgeSignal(port: { readonly signal: CancelSignal }): SignalBridge {
  let bridged: { readonly signal: AbortSignal; readonly close: () => void } | undefined;
  return {
    signal: () => (bridged ??= bridge(port.signal)).signal,
    close: () => bridged?.close(),
  };
}

function bridge(source: CancelSignal): { readonly signal: AbortSignal; readonly close: () => void } {
  if (source instanceof AbortSignal) return { signal: source, close: () => {} };
  const controller = new AbortController();
  const abort = (): void => controller.abort(source.reason);
  if (source.aborted) abort();
  else source.addEventListener('abort', abort);
  return { signal: controller.signal, close: () => source.removeEventListener('abort', abort) };
}
