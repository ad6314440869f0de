/**
 * What this engine knows of circuit breakers, by their ids: advisory, so that a healthy call costs nothing.
 *
 * A view is the state of the breaker as its law has it: read once at its first use, then folded from the events
 * that this engine commits or hears over the bus; where one is missing it is read again. Wrong for a moment is allowed,
 * because the breaker itself decides who may go; stuck is not: an open one whose time is over lets somebody try, again and
 * again, until its breaker says otherwise.
 */
import {
  type BreakerState,
  type Clock,
  type Codec,
  type EventRow,
  type Instant,
  type ResourceState,
  resourceLaw,
  type Span,
} from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { decodeEvent } from '../shell/loader.ts';

/** What an attempt is to do: go to its agent, go elsewhere or wait, or ask whether it may try for all. */
export type CircuitAdvice = 'go' | 'divert' | 'try';

export interface CircuitsParts {
  readonly clock: Clock;
  readonly codec: Codec;
  readonly log: Log;
  /** The state of a resource as the store knows it. */
  readonly read: (resourceId: string) => Promise<ResourceState | undefined>;
}

interface Circuit {
  /** Undefined until it is read. */
  state: BreakerState | undefined;
  /** Under way, for all who need it. */
  reading: Promise<void> | undefined;
  /** Something happened that is not folded in. */
  isStale: boolean;
  /** Somebody was told to try, and until then nobody else is. */
  triedUntil: Instant;
}

export class Circuits {
  readonly #parts: CircuitsParts;
  /** By the id of the breaker. */
  readonly #circuits = new Map<string, Circuit>();

  constructor(parts: CircuitsParts) {
    this.#parts = parts;
  }

  /** A promise only where the breaker has to be read first. */
  advise(breaker: string): CircuitAdvice | Promise<CircuitAdvice> {
    const circuit = this.#of(breaker);
    if (circuit.state !== undefined && !circuit.isStale) return this.#adviceOf(circuit);
    return this.#read(breaker, circuit).then(() => this.#adviceOf(circuit));
  }

  /** Whether it counts failures, which an answer of an agent that is well ends. */
  countsFailures(breaker: string): boolean {
    const status = this.#circuits.get(breaker)?.state?.status;
    return status?.kind === 'closed' && status.failures > 0;
  }

  /** Something was committed, here or elsewhere. What is known already is passed over. */
  noted(spans: readonly Span[]): void {
    if (this.#circuits.size === 0) return;
    for (const { events } of spans) {
      for (const event of events) {
        const circuit = this.#circuits.get(event.entity);
        if (circuit !== undefined) this.#fold(circuit, event);
      }
    }
  }

  /** Another engine decides now: what happens is not heard of any more. */
  forget(): void {
    this.#circuits.clear();
  }

  #of(id: string): Circuit {
    let circuit = this.#circuits.get(id);
    if (circuit === undefined) {
      circuit = { state: undefined, reading: undefined, isStale: false, triedUntil: 0 };
      this.#circuits.set(id, circuit);
    }
    return circuit;
  }

  #adviceOf(circuit: Circuit): CircuitAdvice {
    const status = circuit.state?.status;
    if (status === undefined || status.kind === 'closed') return 'go';
    const now = this.#parts.clock.now();
    if (now < status.until || now < circuit.triedUntil) return 'divert';
    circuit.triedUntil = now + status.openMs;
    // Should its breaker have closed unheard, the next one finds out.
    circuit.isStale = true;
    return 'try';
  }

  #fold(circuit: Circuit, event: EventRow): void {
    const { state } = circuit;
    if (state === undefined || event.sequence > state.sequence + 1) {
      circuit.isStale = true;
      return;
    }
    if (event.sequence <= state.sequence) return;
    const fact = decodeEvent(this.#parts.codec, event);
    resourceLaw.evolve(state, fact as Parameters<typeof resourceLaw.evolve>[1], event.at);
    state.effects = [];
    // Who was to try has done it, or somebody else has.
    circuit.triedUntil = 0;
  }

  /** Never rejects: agents whose breaker cannot be read are taken to be well, and it is read again with the next attempt. */
  #read(id: string, circuit: Circuit): Promise<void> {
    circuit.reading ??= this.#load(id, circuit).finally(() => (circuit.reading = undefined));
    return circuit.reading;
  }

  async #load(id: string, circuit: Circuit): Promise<void> {
    circuit.isStale = false;
    try {
      const state = await this.#parts.read(id);
      if (state?.kind === 'breaker') circuit.state = state;
    } catch (error) {
      circuit.isStale = true;
      this.#parts.log('warn', 'a circuit breaker could not be read', {
        breaker: id,
        message: messageOf(error),
      });
    }
  }
}
