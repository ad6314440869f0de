/** What a run is started with, and what it means where a value is left out. */
import type { Context } from '@cantata/sdk';
import { z } from 'zod';

export const ResearchInput = z.strictObject({
  question: z.string().trim().min(1, 'ask something').max(1_000),
  /** Where the text lies; relative to the folder in which the command runs. */
  folder: z.string().min(1).default('.'),
  /** Where the report goes; relative to the folder in which the command runs. */
  report: z.string().min(1).default('report.md'),
  /**
   * How long each agent takes at least, in milliseconds, spread over its steps. The work itself is done in a moment;
   * this makes it slow enough to watch, to pause, or to kill half-way. 0 is full speed.
   */
  pace_ms: z.number().int().min(0).max(600_000).default(0),
});
export type ResearchInput = z.infer<typeof ResearchInput>;

/** The settings of the run, for the tasks whose own input is what an earlier task put out. */
export function settingsOf(context: Context): ResearchInput {
  return ResearchInput.parse(context.workflow.input);
}
