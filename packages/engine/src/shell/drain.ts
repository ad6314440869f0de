/**
 * The end of an engine that has time for it: it hands nothing out any more, lets the attempts that run finish, and writes
 * down whole what is open and was touched, so that the next one begins fast. What is still at work then is stopped by
 * `close` and handed out again under its idempotency key by whoever owns the shards next. Nothing is lost without it.
 */
import { type Clock, isEnded } from '@cantata/core';
import type { Dispatcher } from '../agents/dispatcher.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Commander } from './commander.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';
import type { Staffing } from './staffing.ts';

/** How often is looked whether the last attempt has finished. */
const LOOK_MS = 20;
/** Checkpoints asked for at once, so that a commit carries many. */
const AT_ONCE = 100;
/** What checkpoints may take beyond the time that attempts were given. */
const CHECKPOINTS_MS = 5_000;

export interface DrainParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatcher: Pick<Dispatcher, 'running'>;
  readonly loop: Pick<ShardLoop, 'residents'>;
  readonly commander: Pick<Commander, 'send'>;
  readonly ownership: Ownership;
  readonly staffing: Staffing;
}

/** How an engine was left. */
export interface Drained {
  /** Attempts that were still at work: they are handed out again. */
  readonly unfinished: number;
  /** Executions that were written down whole. */
  readonly checkpoints: number;
}

/** Resolves when nothing is at work any more, or the time is over and what was touched is written down. Never rejects. */
export async function drain(parts: DrainParts, graceMs: number): Promise<Drained> {
  const { clock, dispatcher, staffing } = parts;
  staffing.leave();
  const until = clock.now() + graceMs;
  while (dispatcher.running > 0 && clock.now() < until)
    await pause(clock, Math.min(until, clock.now() + LOOK_MS));
  const unfinished = dispatcher.running;
  return { unfinished, checkpoints: await writeDown(parts, clock.now() + CHECKPOINTS_MS) };
}

async function writeDown(
  { clock, log, loop, commander, ownership }: DrainParts,
  until: number,
): Promise<number> {
  if (ownership.size === 0) return 0;
  const touched = [...loop.residents.values()].flatMap((entity) =>
    entity.kind === 'execution' &&
    !isEnded(entity.state.status) &&
    entity.state.sequence !== entity.snapshotAt
      ? [entity.id]
      : [],
  );
  let written = 0;
  for (let from = 0; from < touched.length && clock.now() < until; from += AT_ONCE) {
    const told = await Promise.allSettled(
      touched.slice(from, from + AT_ONCE).map((id) => {
        const checkpoint = { type: 'checkpoint', checkpoint: clock.id(), cause: 'interrupt' } as const;
        return commander.send(id, checkpoint, 'engine');
      }),
    );
    written += told.filter(({ status }) => status === 'fulfilled').length;
    const refused = told.find((one) => one.status === 'rejected');
    if (refused !== undefined)
      log('debug', 'a checkpoint was refused; the log has everything', {
        message: messageOf(refused.reason),
      });
  }
  return written;
}

function pause(clock: Clock, until: number): Promise<void> {
  return new Promise((resolve) => void clock.at(until, resolve));
}
