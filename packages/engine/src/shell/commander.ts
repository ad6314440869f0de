/** Sends a command to an entity and brings its outcome: to the loop when this engine owns the shards, else by inbox. */
import {
  CantataError,
  type Clock,
  type Codec,
  DEFAULT_TENANT,
  type ErrorCode,
  type InboxStore,
  type Json,
  shardOf,
} from '@cantata/core';
import type { Command } from './entity.ts';
import { type Input, type Outcome, rejected } from './input.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';

/** How long a caller waits for another process before it is told that the command is kept. */
const ANSWER_TIMEOUT_MS = 30_000;
/** The outcome is asked for this often, and less often the longer it takes: by a quarter of the time it took so far. */
const POLL_MS = 50;

export interface CommanderParts {
  readonly loop: ShardLoop;
  readonly inbox: InboxStore;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly codec: Codec;
}

export type CommandOptions = Pick<Input, 'revives' | 'tenant'>;

export class Commander {
  readonly #parts: CommanderParts;
  /** Ends the pause of everybody who waits for another process. */
  readonly #pauses = new Set<() => void>();
  #closed = false;

  constructor(parts: CommanderParts) {
    this.#parts = parts;
  }

  /** Resolves with the entity's sequence. @throws CantataError with the code and the detail of the rejection. */
  async send(entity: string, command: Command, by: string, options: CommandOptions = {}): Promise<number> {
    const owned = this.#parts.ownership.owns(shardOf(entity));
    const here = owned ? await this.#here({ entity, command, actor: by, ...options }) : undefined;
    // Lost meanwhile: it was not done here, so whoever owns the shards now may do it.
    const outcome =
      here === undefined || isElsewhere(here)
        ? await this.#elsewhere(entity, command, by, options.tenant)
        : here;
    if (outcome.kind === 'accepted') return outcome.sequence;
    const { code, message, detail } = outcome;
    throw new CantataError(code, message, detail === undefined ? {} : { detail });
  }

  /** Nobody waits any longer. What was posted is kept. */
  close(): void {
    this.#closed = true;
    for (const wake of [...this.#pauses]) wake();
  }

  #here(input: Omit<Input, 'causation' | 'reply'>): Promise<Outcome> {
    return new Promise((reply) => {
      this.#parts.loop.submit({ ...input, causation: this.#parts.clock.id(), reply });
    });
  }

  async #elsewhere(
    entity: string,
    command: Command,
    by: string,
    tenant: string = DEFAULT_TENANT,
  ): Promise<Outcome> {
    const { inbox, clock, codec } = this.#parts;
    if (this.#closed) return closed('the engine is closed');
    const id = clock.id();
    await inbox.post([
      {
        id,
        tenant,
        entity,
        shard: shardOf(entity),
        at: clock.now(),
        type: command.type,
        causation: id,
        actor: by,
        traceparent: null,
        replies: true,
        data: codec.encode(command as unknown as Json),
      },
    ]);
    const since = clock.now();
    const until = since + ANSWER_TIMEOUT_MS;
    while (!this.#closed && clock.now() < until) {
      const row = await inbox.outcome(id);
      if (row !== undefined) return codec.decode(row.outcome) as unknown as Outcome;
      await this.#pause(Math.max(POLL_MS, Math.floor((clock.now() - since) / 4)));
    }
    if (this.#closed) return kept('engine_closed', 'the engine was closed', command);
    return kept('answer_timeout', `no engine answered within ${ANSWER_TIMEOUT_MS / 1_000} s`, command);
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, wake);
      this.#pauses.add(wake);
    });
  }
}

function isElsewhere(outcome: Outcome): boolean {
  return (
    outcome.kind === 'rejected' &&
    (outcome.code === 'shards_owned_elsewhere' || outcome.code === 'store_fenced')
  );
}

function closed(message: string): Outcome {
  return rejected(new CantataError('engine_closed', message));
}

/** Nobody waits for the outcome any longer. Of a start it must be known which execution it is going to be. */
function kept(code: ErrorCode, why: string, command: Command): Outcome {
  if (command.type !== 'admission.request') {
    return { kind: 'rejected', code, message: `${why}; the command is kept and will be carried out` };
  }
  const { execution } = command;
  return {
    kind: 'rejected',
    code,
    message: `${why}; the start is kept and will be carried out as execution ${execution}`,
    detail: { execution_id: execution },
  };
}
