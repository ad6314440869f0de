/** Which entities are in memory, and which are being read. An entity is read once, whatever number of inputs wait. */
import type { CantataError } from '@cantata/core';
import { errorFrom } from '../errors.ts';
import type { Entity } from './entity.ts';
import type { Input } from './input.ts';
import type { Loader } from './loader.ts';

/** What came of reading an entity, and the inputs that waited for it. `entity` is undefined for what does not exist. */
export type Read = { readonly id: string; readonly inputs: readonly Input[] } & (
  | { readonly kind: 'read'; readonly entity: Entity | undefined }
  | { readonly kind: 'failed'; readonly error: CantataError }
);

interface Reading {
  readonly inputs: Input[];
}

export class Residents {
  readonly #loader: Loader;
  readonly #onRead: (read: Read) => void;
  readonly #entities = new Map<string, Entity>();
  readonly #reading = new Map<string, Reading>();
  #waiting = 0;

  constructor(loader: Loader, onRead: (read: Read) => void) {
    this.#loader = loader;
    this.#onRead = onRead;
  }

  get all(): ReadonlyMap<string, Entity> {
    return this.#entities;
  }

  /** Ids of the entities that are being read. */
  get reading(): Iterable<string> {
    return this.#reading.keys();
  }

  get isReading(): boolean {
    return this.#reading.size > 0;
  }

  /** Inputs that wait for their entity. */
  get waiting(): number {
    return this.#waiting;
  }

  of(id: string): Entity | undefined {
    return this.#entities.get(id);
  }

  /** Takes in an entity of which nothing is stored. Refused while its id is being read: the store decides then. */
  enter(entity: Entity): boolean {
    if (this.#reading.has(entity.id)) return false;
    this.#entities.set(entity.id, entity);
    return true;
  }

  evict(id: string): void {
    this.#entities.delete(id);
  }

  /** Reads the entity an input is for; the input comes back with it. */
  read(input: Input): void {
    this.#waiting += 1;
    const known = this.#reading.get(input.entity);
    if (known !== undefined) {
      known.inputs.push(input);
      return;
    }
    const id = input.entity;
    const reading: Reading = { inputs: [input] };
    this.#reading.set(id, reading);
    this.#loader.loadToTell(id, input.command).then(
      (entity) => this.#done(reading, { kind: 'read', id, inputs: reading.inputs, entity }),
      (error: unknown) =>
        this.#done(reading, {
          kind: 'failed',
          id,
          inputs: reading.inputs,
          error: errorFrom(error, 'parked'),
        }),
    );
  }

  /** Forgets all; what is being read is not taken in any more. Returns the inputs that waited. */
  abandon(): readonly Input[] {
    const waiting = [...this.#reading.values()].flatMap(({ inputs }) => inputs);
    this.#reading.clear();
    this.#entities.clear();
    this.#waiting = 0;
    return waiting;
  }

  #done(reading: Reading, read: Read): void {
    if (this.#reading.get(read.id) !== reading) return;
    this.#reading.delete(read.id);
    this.#waiting -= read.inputs.length;
    if (read.kind === 'read' && read.entity !== undefined) this.#entities.set(read.id, read.entity);
    this.#onRead(read);
  }
}
