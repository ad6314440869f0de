/** Schedules: what their workflows' documents say about when to start. */
import type { Connection } from './connection.ts';
import type { CallOptions } from './options.ts';
import type { Schedule } from './types.ts';

export function schedulesOf(connection: Connection) {
  return {
    list: async (options?: CallOptions): Promise<readonly Schedule[]> =>
      (await connection.call<{ readonly items: readonly Schedule[] }>('listSchedules', {}, options)).items,
    /** Kept to from now on, in place of any other version. */
    set: (
      workflow: string,
      { version }: { readonly version?: string | undefined } = {},
      options?: CallOptions,
    ): Promise<Schedule> =>
      connection.call('setSchedule', { path: { workflow }, body: { version } }, options),
    clear: async (workflow: string, options?: CallOptions): Promise<void> => {
      await connection.call('clearSchedule', { path: { workflow } }, options);
    },
    pause: (workflow: string, options?: CallOptions): Promise<Schedule> =>
      connection.call('pauseSchedule', { path: { workflow } }, options),
    resume: (workflow: string, options?: CallOptions): Promise<Schedule> =>
      connection.call('resumeSchedule', { path: { workflow } }, options),
  };
}
