/**
 * Proves over and over that nothing hangs: every open execution in memory has a next wake-up, every open one in the
 * store is in memory or sleeps, and every sleeper has a wake-up. What lost its wake-up gets it back; what cannot have one
 * is parked with its reason. Also writes the interval checkpoints, sends to sleep who is idle, and tries again what the
 * store did not take.
 */
import { CantataError, type Clock, CONTINUE, hasWakeup, isEnded, timerKey } from '@cantata/core';
import type { Dispatcher } from '../agents/dispatcher.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Alarm } from './alarm.ts';
import { type ExecutionEntity, owedBy } from './entity.ts';
import type { ShardLoop } from './loop.ts';
import type { Marks } from './marks.ts';
import type { NightWatch } from './night-watch.ts';
import type { Parking } from './parking.ts';
import type { Performer } from './performer.ts';
import type { Pruner } from './pruner.ts';
import type { Recovery } from './recovery.ts';
import type { Timers } from './timers.ts';

export interface ReconcilerParts {
  readonly loop: ShardLoop;
  readonly dispatcher: Dispatcher;
  readonly performer: Performer;
  readonly timers: Timers;
  readonly parking: Parking;
  readonly marks: Marks;
  readonly recovery: Recovery;
  readonly alarm: Alarm;
  readonly nightWatch: NightWatch;
  readonly pruner: Pruner;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
}

export class Reconciler {
  readonly #parts: ReconcilerParts;
  /** Executions that lacked a wake-up in the last round, and where they stood: one round of grace. */
  #suspects = new Map<string, number>();
  #checkpointAt: number;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.#checkpointAt = parts.clock.now() + parts.settings.checkpointIntervalMs;
  }

  start(): void {
    if (this.#stopped) return;
    const { clock, settings } = this.#parts;
    const wait = Math.min(settings.reconcileMs, settings.checkpointIntervalMs);
    this.#cancel = clock.at(clock.now() + wait, () => {
      this.round();
      this.start();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** O(open executions + their attempts in flight + queued inputs). */
  round(): void {
    const { timers, marks, recovery, alarm, nightWatch, pruner } = this.#parts;
    timers.check();
    marks.retry();
    this.#prove();
    void recovery.page();
    void alarm.look();
    void nightWatch.page();
    void pruner.look();
  }

  #prove(): void {
    const { clock, loop, settings } = this.#parts;
    const suspects = new Map<string, number>();
    const isCheckpointDue = clock.now() >= this.#checkpointAt;
    const underway = loop.underway();
    for (const entity of [...loop.residents.values()]) {
      if (underway.has(entity.id)) continue;
      if (entity.kind === 'resource') {
        loop.quiet(entity);
        continue;
      }
      if (isEnded(entity.state.status)) continue;
      const { sequence } = entity.state;
      if (this.#isDriven(entity)) {
        if (isCheckpointDue) this.#checkpoint(entity);
        else loop.quiet(entity);
      } else if (this.#suspects.get(entity.id) === sequence) this.#revive(entity);
      else suspects.set(entity.id, sequence);
    }
    this.#suspects = suspects;
    if (isCheckpointDue) this.#checkpointAt = clock.now() + settings.checkpointIntervalMs;
  }

  /** Whether everything the world owes it is known to who performs it, or is left to an engine that stays. */
  #isDriven(entity: ExecutionEntity): boolean {
    const { dispatcher, performer } = this.#parts;
    if (entity.state.unstaffed) return true;
    if (!hasWakeup(entity.state)) return false;
    for (const effect of owedBy(entity)) {
      if (effect.kind === 'dispatch' && !dispatcher.knows(entity.id, effect)) return false;
      if (effect.kind === 'arm' && !performer.hasTimer(entity.id, timerKey(effect.timer))) return false;
    }
    return true;
  }

  #revive(entity: ExecutionEntity): void {
    const { log, loop } = this.#parts;
    if (!hasWakeup(entity.state)) {
      const message = `nothing will wake execution ${entity.id}: it has no attempt in flight and no timer`;
      loop.park(entity.id, new CantataError('invariant_broken', message));
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
