/** Whether work that is ready is handed out here. Who begins to leave hands nothing out any more. */
export class Staffing {
  #isLeaving = false;
  readonly #handsOut: boolean;

  constructor({ handsOut }: { readonly handsOut: boolean }) {
    this.#handsOut = handsOut;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get handsOut(): boolean {
    return this.#handsOut && !this.#isLeaving;
  }

  leave(): void {
    this.#isLeaving = true;
  }
}
