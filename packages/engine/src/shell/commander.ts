/** Sends a command to an entity and brings its outcome: to the loop when this engine owns the shards, else by inbox. */
import { CantataError, type Clock, type Codec, type InboxStore, type Json, shardOf } from '@cantata/core';
import type { Command } from './entity.ts';
import type { Outcome } from './input.ts';
import { DEFAULT_TENANT } from './loader.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';
import { sleep } from './sleep.ts';

/** How long a caller waits for another process before it is told that the command is kept. */
const ANSWER_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

export interface CommanderParts {
  readonly loop: ShardLoop;
  readonly inbox: InboxStore;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly codec: Codec;
}

export class Commander {
  readonly #parts: CommanderParts;

  constructor(parts: CommanderParts) {
    this.#parts = parts;
  }

  /** Resolves with the entity's sequence. @throws CantataError with the code of the rejection. */
  async send(entity: string, command: Command, by: string): Promise<number> {
    const { ownership } = this.#parts;
    const outcome = ownership.owns(shardOf(entity))
      ? await this.#here(entity, command, by)
      : await this.#elsewhere(entity, command, by);
    if (outcome.kind === 'accepted') return outcome.sequence;
    throw new CantataError(outcome.code, outcome.message);
  }

  #here(entity: string, command: Command, by: string): Promise<Outcome> {
    return new Promise((reply) => {
      this.#parts.loop.submit({ entity, command, causation: this.#parts.clock.id(), actor: by, reply });
    });
  }

  async #elsewhere(entity: string, command: Command, by: string): Promise<Outcome> {
    const { inbox, clock, codec } = this.#parts;
    const id = clock.id();
    await inbox.post([
      {
        id,
        tenant: DEFAULT_TENANT,
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
    const until = clock.now() + ANSWER_TIMEOUT_MS;
    while (clock.now() < until) {
      const row = await inbox.outcome(id);
      if (row !== undefined) return codec.decode(row.outcome) as unknown as Outcome;
      await sleep(clock, POLL_MS);
    }
    const message = `no engine answered within ${ANSWER_TIMEOUT_MS / 1_000} s; the command is kept and will be carried out`;
    return { kind: 'rejected', code: 'answer_timeout', message };
  }
}
