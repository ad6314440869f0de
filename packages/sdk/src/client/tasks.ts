/** What is done to a task by hand. A task, or an item of one: `research[2]`. */
import type { Connection } from './connection.ts';
import type { CallOptions } from './options.ts';
import type { AnyJson, AnyObject, ToldTask } from './types.ts';

export interface Because {
  readonly reason?: string | undefined;
}

export interface Answer extends Because {
  /** What the task gives. */
  readonly output?: AnyJson;
  /** By which it is known when it is sent twice. */
  readonly id?: string | undefined;
}

export function tasksOf(connection: Connection) {
  const answer = (
    execution: string,
    task: string,
    body: Answer & { readonly decision: 'approved' | 'rejected' },
    options?: CallOptions,
  ): Promise<ToldTask> => connection.call('answerTask', { path: { execution, task }, body }, options);
  return {
    answer,
    approve: (execution: string, task: string, said: Answer = {}, options?: CallOptions): Promise<ToldTask> =>
      answer(execution, task, { ...said, decision: 'approved' }, options),
    reject: (execution: string, task: string, said: Answer = {}, options?: CallOptions): Promise<ToldTask> =>
      answer(execution, task, { ...said, decision: 'rejected' }, options),
    complete: (
      execution: string,
      task: string,
      body: Because & { readonly output?: AnyJson } = {},
      options?: CallOptions,
    ): Promise<ToldTask> => connection.call('completeTask', { path: { execution, task }, body }, options),
    fail: (execution: string, task: string, body: Because = {}, options?: CallOptions): Promise<ToldTask> =>
      connection.call('failTask', { path: { execution, task }, body }, options),
    skip: (execution: string, task: string, body: Because = {}, options?: CallOptions): Promise<ToldTask> =>
      connection.call('skipTask', { path: { execution, task }, body }, options),
    reassign: (
      execution: string,
      task: string,
      /** An agent group, or a seat of one. */
      body: Because & { readonly to: string },
      options?: CallOptions,
    ): Promise<ToldTask> => connection.call('reassignTask', { path: { execution, task }, body }, options),
    cancelTask: (
      execution: string,
      task: string,
      body: Because & { readonly region?: boolean | undefined } = {},
      options?: CallOptions,
    ): Promise<ToldTask> => connection.call('cancelTask', { path: { execution, task }, body }, options),
    addItems: (
      execution: string,
      task: string,
      body: Because & { readonly items: readonly AnyJson[] },
      options?: CallOptions,
    ): Promise<ToldTask> => connection.call('itemsTask', { path: { execution, task }, body }, options),
    switchPattern: (
      execution: string,
      task: string,
      body: Because & { readonly to: string; readonly options?: AnyObject | undefined },
      options?: CallOptions,
    ): Promise<ToldTask> => connection.call('switchTask', { path: { execution, task }, body }, options),
  };
}
