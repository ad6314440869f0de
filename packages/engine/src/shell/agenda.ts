/** What waits for the next turns of the loop: inputs in their order, refusals and marks. */
import type { CantataError } from '@cantata/core';
import type { Mark } from './batch.ts';
import type { Input, Reply } from './input.ts';

export class Agenda {
  /** Ahead of everybody else; the next one is the last. */
  readonly #first: Input[] = [];
  #queue: Input[] = [];
  /** Where the queue begins. */
  #head = 0;
  /** To be refused with the next commit, which removes their inbox rows. */
  #refusals: Reply[] = [];
  #marks: Mark[] = [];

  /** Inputs that wait. */
  get size(): number {
    return this.#first.length + this.#queue.length - this.#head;
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.#refusals.length === 0 && this.#marks.length === 0;
  }

  /** The input that is taken next. */
  get next(): Input | undefined {
    return this.#first.at(-1) ?? this.#queue[this.#head];
  }

  /** All inputs that wait, in no order. */
  *[Symbol.iterator](): Iterator<Input> {
    yield* this.#first;
    for (let i = this.#head; i < this.#queue.length; i++) yield this.#queue[i] as Input;
  }

  push(input: Input): void {
    this.#queue.push(input);
  }

  /** Puts inputs before all others, in their order. O(inputs), however many wait: whoever is read comes in here. */
  putFirst(inputs: readonly Input[]): void {
    for (let i = inputs.length - 1; i >= 0; i--) this.#first.push(inputs[i] as Input);
  }

  /** Takes the next input out. */
  take(): void {
    if (this.#first.pop() !== undefined) return;
    this.#head += 1;
    if (this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  takeAll(): readonly Input[] {
    const inputs = [...this.#first.splice(0).reverse(), ...this.#queue.slice(this.#head)];
    this.#queue = [];
    this.#head = 0;
    return inputs;
  }

  /** Takes out what came by inbox rows to these entities. O(inputs). */
  takeMessagesTo(entities: ReadonlySet<string>): readonly Input[] {
    const taken: Input[] = [];
    const stay: Input[] = [];
    for (const input of this.takeAll())
      (input.message !== undefined && entities.has(input.entity) ? taken : stay).push(input);
    this.putFirst(stay);
    return taken;
  }

  /** Takes out what came by these inbox rows. O(inputs). */
  dropMessages(rows: ReadonlySet<string>): void {
    const stays = ({ message }: Input): boolean => message === undefined || !rows.has(message);
    const inputs = this.takeAll().filter(stays);
    this.putFirst(inputs);
  }

  refuse(...refusals: readonly Reply[]): void {
    for (const refusal of refusals) this.#refusals.push(refusal);
  }

  takeRefusals(): readonly Reply[] {
    return this.#refusals.splice(0);
  }

  mark(mark: Mark): void {
    this.#marks.push(mark);
  }

  takeMarks(): readonly Mark[] {
    return this.#marks.splice(0);
  }

  /** Nothing of it will be written: whoever waits for a mark is told. */
  dropMarks(error: CantataError): void {
    for (const { done } of this.takeMarks()) done(error);
  }
}
