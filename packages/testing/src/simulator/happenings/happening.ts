/**
 * One kind of thing that happens to a universe, in a file of its own. `happen` throws all its dice with the ones it is
 * given, never waits for an engine (`universe.ask`), and says in a few words what it did.
 */
import type { Dice } from '../../dice.ts';
import type { Process } from '../process.ts';
import type { Universe } from '../universe.ts';

export interface Happening {
  readonly name: string;
  /** How often it is drawn, against the others; a whole number. */
  readonly weight: number;
  /** Undefined where there was nothing to do it to. */
  readonly happen: (universe: Universe, dice: Dice) => string | undefined | Promise<string | undefined>;
  /** Stops what would begin anew for ever, as soon as faults have ended: what can end does afterwards. */
  readonly still?: (universe: Universe, process: Process) => Promise<void>;
  /**
   * What is done about its consequences when the run is over and faults have ended, so that executions can end: a
   * paused one is resumed. `process` is the only one left.
   */
  readonly relieve?: (universe: Universe, process: Process) => Promise<void>;
}
