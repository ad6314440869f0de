/** Two weather stations: one that answers in the end, one that never will. */
import { defineAgent, RetryableError, TerminalError } from '@cantata/sdk';

export interface Measurement {
  readonly celsius: number;
  readonly attempts: number;
}

const FAILURES = 2;

/** Stands for every service that is away for a moment: it answers at the third attempt. */
export const station = defineAgent({
  description: 'Asks a weather station that needs a while to wake up.',
  perform(_input, { attempt, log, progress }): Measurement {
    progress(0, `asking, attempt ${attempt}`);
    if (attempt <= FAILURES) {
      // Another attempt makes sense, so say so. When it comes is the retry policy's business.
      throw new RetryableError(`the station did not answer (attempt ${attempt})`, { code: 'station_silent' });
    }
    log.info('the station answered', { attempt });
    return { celsius: 21.5, attempts: attempt };
  },
});

/** Stands for every mistake that time does not heal: a wrong name, a missing right, an impossible request. */
export const closedStation = defineAgent({
  description: 'Asks a weather station that is closed.',
  perform(): Measurement {
    throw new TerminalError('the station was closed in 1987; choose another', { code: 'station_closed' });
  },
});
