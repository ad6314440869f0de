/** Sends a command to an entity and brings its outcome: to the loop when this engine owns the shards, else by inbox. */
import {
  CantataError,
  type Clock,
  type Codec,
  DEFAULT_TENANT,
  type ErrorCode,
  type InboxStore,
  isResource,
  isUuid,
  type Json,
  prefixOf,
  shardOf,
} from '@cantata/core';
import type { Command } from './entity.ts';
import type { InboxReader } from './inbox-reader.ts';
import { type Input, type Outcome, rejected } from './input.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';
import { requireShape } from './shapes.ts';

/** How long a caller waits for another process before it is told that the command is kept. */
const ANSWER_TIMEOUT_MS = 30_000;
/** The outcome is asked for this often, and less often the longer it takes: by a quarter of the time it took so far. */
const POLL_MS = 50;

export interface CommanderParts {
  readonly loop: ShardLoop;
  readonly inbox: InboxStore;
  /** Rows of the inbox that this engine deals with. */
  readonly reader: Pick<InboxReader, 'hint' | 'isKept'>;
  readonly ownership: Ownership;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly codec: Codec;
}

/** What a caller may say beside what is to be done. */
export interface CallOptions {
  /** Whose call it is; `default` unless given. */
  readonly tenant?: string;
  /**
   * A UUIDv7. The same call under it, be it at the same moment, by another process or after the death of the one that took
   * it, does nothing twice and gets the same answer, as long as it is remembered (`requestRetentionMs`).
   */
  readonly requestId?: string;
}

export type SendOptions = Pick<Input, 'revives'> & CallOptions;

/** A command, or what makes it when it was not sent before. */
type Sent = Command | (() => Promise<Command>);

interface Watch {
  /** Something happened to its message since somebody looked. */
  isNoted: boolean;
  wake: () => void;
}

export class Commander {
  readonly #parts: CommanderParts;
  /** Ends the pause of everybody who waits for another process. */
  readonly #pauses = new Set<() => void>();
  /** Who waits for what becomes of a message. */
  readonly #watches = new Map<string, Set<Watch>>();
  #closed = false;

  constructor(parts: CommanderParts) {
    this.#parts = parts;
  }

  /**
   * Resolves with the entity's sequence. Under the id of a request it goes through the inbox, whoever owns the shards: its
   * row and its outcome are what is known of it when it comes again.
   * @throws CantataError with the code and the detail of the rejection; `input_invalid` for what has not its shape.
   */
  async send(entity: string, sent: Sent, by: string, options: SendOptions = {}): Promise<number> {
    const { requestId } = options;
    return sequenceOf(
      requestId === undefined
        ? await this.#atOnce(entity, await commandOf(entity, sent), by, options)
        : await this.#once(entity, sent, by, { ...options, requestId }),
    );
  }

  /** Whether the request of an id was dealt with, or is being. @throws CantataError what it was refused for. */
  async isKnown(entity: string, requestId: string): Promise<boolean> {
    const known = await this.#known(entity, requestId);
    if (known !== undefined) sequenceOf(known);
    return known !== undefined;
  }

  /** Something happened to messages of the inbox: they were answered, or are kept. */
  noted(messages: Iterable<string>): void {
    if (this.#watches.size === 0) return;
    for (const message of messages) {
      for (const watch of this.#watches.get(message) ?? []) {
        watch.isNoted = true;
        watch.wake();
      }
    }
  }

  /** Nobody waits any longer. What was posted is kept. */
  close(): void {
    this.#closed = true;
    for (const wake of [...this.#pauses]) wake();
  }

  async #atOnce(entity: string, command: Command, by: string, options: SendOptions): Promise<Outcome> {
    const { ownership, clock } = this.#parts;
    const owned = ownership.owns(shardOf(entity));
    const { requestId: _, ...rest } = options;
    const here = owned ? await this.#here({ entity, command, actor: by, ...rest }) : undefined;
    // Lost meanwhile: it was not done here, so whoever owns the shards now may do it.
    if (here !== undefined && !isElsewhere(here)) return here;
    if (this.#closed) return closed('the engine is closed');
    const id = clock.id();
    await this.#post(id, entity, command, by, options.tenant);
    return this.#outcome(id, entity, startedBy(command));
  }

  #here(input: Omit<Input, 'causation' | 'reply'>): Promise<Outcome> {
    return new Promise((reply) => {
      this.#parts.loop.submit({ ...input, causation: this.#parts.clock.id(), reply });
    });
  }

  async #once(
    entity: string,
    sent: Sent,
    by: string,
    { requestId, tenant }: SendOptions & { readonly requestId: string },
  ): Promise<Outcome> {
    if (!isUuid(requestId)) throw new CantataError('input_invalid', `the id ${requestId} is no UUID`);
    const known = await this.#known(entity, requestId);
    if (known !== undefined) return known;
    const command = await commandOf(entity, sent);
    const refused = this.#closed ? closed('the engine is closed') : this.#refused(entity, command);
    if (refused !== undefined) return refused;
    await this.#post(requestId, entity, command, by, tenant);
    this.#parts.reader.hint();
    return this.#outcome(requestId, entity, startedBy(command));
  }

  /** What became of the request of an id, once it is dealt with; undefined where nobody has heard of it. */
  async #known(entity: string, id: string): Promise<Outcome | undefined> {
    const { inbox, codec } = this.#parts;
    const isWaiting = await this.#isWaiting(entity, id);
    const row = await inbox.outcome(id);
    if (row !== undefined) return codec.decode(row.outcome) as unknown as Outcome;
    return isWaiting ? this.#outcome(id, entity, isAdmission(entity) ? id : undefined) : undefined;
  }

  async #isWaiting(entity: string, message: string): Promise<boolean> {
    return (await this.#parts.inbox.of(entity)).some(({ id }) => id === message);
  }

  /** What this engine would not take at once, it does not put by for later either. */
  #refused(entity: string, command: Command): Outcome | undefined {
    const { ownership, parking, loop } = this.#parts;
    if (!ownership.owns(shardOf(entity))) return undefined;
    const parked = parking.reason(entity);
    const isTaken = command.type === 'cancel' || command.type === 'continue';
    const error = parked === undefined || isTaken ? loop.full : parked;
    return error && rejected(error);
  }

  #post(id: string, entity: string, command: Command, by: string, tenant = DEFAULT_TENANT): Promise<void> {
    const { inbox, clock, codec } = this.#parts;
    return inbox.post([
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
  }

  /** `execution`: which one a start is going to be. */
  async #outcome(id: string, entity: string, execution: string | undefined): Promise<Outcome> {
    const watch: Watch = { isNoted: false, wake: () => undefined };
    const watches = this.#watches.get(id) ?? new Set();
    this.#watches.set(id, watches.add(watch));
    try {
      return await this.#awaited(id, entity, execution, watch);
    } finally {
      watches.delete(watch);
      if (watches.size === 0) this.#watches.delete(id);
    }
  }

  async #awaited(id: string, entity: string, execution: string | undefined, watch: Watch): Promise<Outcome> {
    const { inbox, clock, codec, reader, parking } = this.#parts;
    const since = clock.now();
    const until = since + ANSWER_TIMEOUT_MS;
    while (!this.#closed && clock.now() < until) {
      watch.isNoted = false;
      const row = await inbox.outcome(id);
      if (row !== undefined) return codec.decode(row.outcome) as unknown as Outcome;
      const parked = reader.isKept(id) ? parking.reason(entity) : undefined;
      if (parked !== undefined) return kept(parked.code, parked.message, execution);
      if (!watch.isNoted) await this.#pause(Math.max(POLL_MS, Math.floor((clock.now() - since) / 4)), watch);
    }
    if (this.#closed) return kept('engine_closed', 'the engine was closed', execution);
    if (!(await this.#isWaiting(entity, id)) && (await inbox.outcome(id)) === undefined)
      return rejected(new CantataError('execution_not_found', `there is no ${entity} any more`));
    return kept('answer_timeout', `no engine answered within ${ANSWER_TIMEOUT_MS / 1_000} s`, execution);
  }

  #pause(ms: number, watch: Watch): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, wake);
      this.#pauses.add(wake);
      watch.wake = wake;
    });
  }
}

/** @throws CantataError `input_invalid` for what no execution may be told from outside. */
async function commandOf(entity: string, sent: Sent): Promise<Command> {
  const command = typeof sent === 'function' ? await sent() : sent;
  if (!isResource(entity)) requireShape(command);
  return command;
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

/** @throws CantataError the rejection. */
function sequenceOf(outcome: Outcome): number {
  if (outcome.kind === 'accepted') return outcome.sequence;
  const { code, message, detail } = outcome;
  throw new CantataError(code, message, detail === undefined ? {} : { detail });
}

function isAdmission(entity: string): boolean {
  return prefixOf(entity) === 'admission';
}

function startedBy(command: Command): string | undefined {
  return command.type === 'admission.request' ? command.execution : undefined;
}

/** Nobody waits for the outcome any longer. Of a start it must be known which execution it is going to be. */
function kept(code: ErrorCode, why: string, execution: string | undefined): Outcome {
  if (execution === undefined)
    return { kind: 'rejected', code, message: `${why}; the command is kept and will be carried out` };
  return {
    kind: 'rejected',
    code,
    message: `${why}; the start is kept and will be carried out as execution ${execution}`,
    detail: { execution_id: execution },
  };
}
