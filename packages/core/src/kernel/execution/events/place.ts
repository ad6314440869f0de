/** Of which item or attempt an event speaks. */

export interface AtItem {
  readonly task: string;
  readonly item?: number;
  /** Which entry into the task: loops and `goto` open a new one. Absent in the first. */
  readonly activation?: number;
  /** Set where it is not the work of the item but its undoing. */
  readonly deed?: 'compensate';
}

export interface AtAttempt extends AtItem {
  readonly attempt: number;
}
