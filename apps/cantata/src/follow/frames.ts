/**
 * What agents of this process say, told in its place among the events: those of its moment are read from the log a
 * little later. Listens from the start, because the first agent may speak before the id of its run is known.
 */
import type { Instant } from '@cantata/core';
import type { Live, LiveFrame } from '@cantata/engine';

type Tell = (frame: LiveFrame) => void;

export class Frames {
  readonly #now: () => Instant;
  readonly #stop: () => void;
  #waiting: { readonly at: Instant; readonly frame: LiveFrame }[] = [];
  #soon: (() => void) | undefined;

  constructor(live: Pick<Live, 'subscribe'>, now: () => Instant = Date.now) {
    this.#now = now;
    this.#stop = live.subscribe((frame) => {
      if (this.#waiting.push({ at: this.#now(), frame }) === 1) this.#soon?.();
    });
  }

  /** Called when something begins to wait: it should be told soon. */
  whenWaiting(soon: () => void): void {
    this.#soon = soon;
    if (this.#waiting.length > 0) soon();
  }

  /** What was said before an event of that time. What was said at the same moment was said because of it. */
  tellBefore(at: Instant, tell: Tell): void {
    const later = this.#waiting.findIndex((said) => said.at >= at);
    this.#tell(this.#waiting.splice(0, later === -1 ? this.#waiting.length : later), tell);
  }

  tellAll(tell: Tell): void {
    this.#tell(this.#waiting.splice(0), tell);
  }

  close(): void {
    this.#stop();
  }

  #tell(frames: readonly { readonly frame: LiveFrame }[], tell: Tell): void {
    for (const { frame } of frames) tell(frame);
  }
}
