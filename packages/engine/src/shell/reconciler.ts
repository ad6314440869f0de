/**
 * Proves over and over that nothing hangs: every open execution in memory has a next wake-up. What lost one gets it
 * back; what cannot have one is parked with its reason. Also writes the interval checkpoints.
 */
import { CantataError, type Clock, CONTINUE, hasWakeup, isEnded, timerKey } from '@cantata/core';
import type { Dispatcher } from '../agents/dispatcher.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import { type ExecutionEntity, owedBy } from './entity.ts';
import type { ShardLoop } from './loop.ts';
import type { Parking } from './parking.ts';
import type { Performer } from './performer.ts';

export interface ReconcilerParts {
  readonly loop: ShardLoop;
  readonly dispatcher: Dispatcher;
  readonly performer: Performer;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
}

export class Reconciler {
  readonly #parts: ReconcilerParts;
  /** Executions that lacked a wake-up in the last round: one round of grace for what is just being decided. */
  #suspects = new Set<string>();
  #checkpointAt: number;
  #cancel: (() => void) | undefined;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.#checkpointAt = parts.clock.now() + parts.settings.checkpointIntervalMs;
  }

  start(): void {
    const { clock, settings } = this.#parts;
    const wait = Math.min(settings.reconcileMs, settings.checkpointIntervalMs);
    this.#cancel = clock.at(clock.now() + wait, () => {
      this.round();
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  /** O(open executions + their attempts in flight). */
  round(): void {
    const suspects = new Set<string>();
    const checkpoint = this.#parts.clock.now() >= this.#checkpointAt;
    for (const entity of this.#parts.loop.residents.values()) {
      if (entity.kind !== 'execution' || isEnded(entity.state.status)) continue;
      if (this.#isDriven(entity)) {
        if (checkpoint) this.#checkpoint(entity);
      } else if (this.#suspects.has(entity.id)) this.#revive(entity);
      else suspects.add(entity.id);
    }
    this.#suspects = suspects;
    if (checkpoint) this.#checkpointAt = this.#parts.clock.now() + this.#parts.settings.checkpointIntervalMs;
  }

  /** Whether everything the world owes it is known to who performs it. */
  #isDriven(entity: ExecutionEntity): boolean {
    const { dispatcher, performer } = this.#parts;
    if (!hasWakeup(entity.state)) return false;
    for (const effect of owedBy(entity)) {
      if (effect.kind === 'dispatch' && !dispatcher.knows(entity.id, effect)) return false;
      if (effect.kind === 'arm' && !performer.hasTimer(entity.id, timerKey(effect.timer))) return false;
    }
    return true;
  }

  #revive(entity: ExecutionEntity): void {
    const { log, loop, parking } = this.#parts;
    if (!hasWakeup(entity.state)) {
      const message = `nothing will wake execution ${entity.id}: it has no attempt in flight and no timer`;
      parking.park(entity.id, new CantataError('invariant_broken', message));
      return;
    }
    log('error', 'an execution had lost its wake-up and got it back', { execution: entity.id });
    loop.submit({
      entity: entity.id,
      command: CONTINUE,
      causation: 'reconciler',
      actor: 'engine',
      loaded: true,
    });
  }

  #checkpoint(entity: ExecutionEntity): void {
    if (entity.state.status.kind !== 'running' || entity.state.sequence === entity.snapshotAt) return;
    const checkpoint = this.#parts.clock.id();
    const command = { type: 'checkpoint', checkpoint, cause: 'interval' } as const;
    this.#parts.loop.submit({
      entity: entity.id,
      command,
      causation: 'checkpoint_interval',
      actor: 'engine',
    });
  }
}
