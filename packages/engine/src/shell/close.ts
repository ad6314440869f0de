/** The end of an engine: in which order its parts stop, so that none acts on what another has given up. */
import type { EngineParts } from '../parts.ts';

export async function close(parts: EngineParts): Promise<void> {
  parts.leaveBus();
  parts.reconciler.stop();
  parts.retention.stop();
  parts.alarm.stop();
  parts.inbox.stop();
  parts.commander.close();
  parts.allocation.close();
  parts.dispatcher.close();
  await parts.loop.close();
  parts.timers.stop();
  parts.waiters.close();
  parts.feed.close();
  await parts.leasing.stop();
}
