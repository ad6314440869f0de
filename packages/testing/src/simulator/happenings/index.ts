/** Everything that happens to a simulated universe. A new one gets its file and a line here. */
import { close } from './close.ts';
import { crash } from './crash.ts';
import { delay } from './delay.ts';
import { fence } from './fence.ts';
import { fork } from './fork.ts';
import { freeze } from './freeze.ts';
import { grow } from './grow.ts';
import type { Happening } from './happening.ts';
import { heal } from './heal.ts';
import { jump } from './jump.ts';
import { loseAnswer } from './lose-answer.ts';
import { open } from './open.ts';
import { operate } from './operate.ts';
import { refuse } from './refuse.ts';
import { retry } from './retry.ts';
import { schedule } from './schedule.ts';
import { shuffle } from './shuffle.ts';
import { skew } from './skew.ts';
import { start } from './start.ts';
import { takeOver } from './take-over.ts';
import { tell } from './tell.ts';
import { undo } from './undo.ts';
import { upgrade } from './upgrade.ts';
import { wipe } from './wipe.ts';

export const HAPPENINGS: readonly Happening[] = [
  start,
  operate,
  retry,
  fork,
  schedule,
  takeOver,
  tell,
  undo,
  grow,
  refuse,
  loseAnswer,
  delay,
  crash,
  close,
  open,
  fence,
  freeze,
  skew,
  jump,
  wipe,
  shuffle,
  heal,
  upgrade,
];
