/** What a service streams about an execution, as a reason to read on in its log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { placeOfLabel } from '@cantata/core';
import type { LiveFrame } from '@cantata/engine';
import type { Client, StreamMessage } from '@cantata/sdk/client';
import type { Listener, News } from '../follow/news.ts';

/** That it was parked is no event, so that even who hears nothing looks now and then. */
const QUIET_MS = 10_000;
/** What comes in a burst is read at once. */
const BURST_MS = 50;
/** Some minutes: a service may be started anew meanwhile. */
const RECONNECTS = 40;

export function newsOfService(
  client: Client,
  { executionId, workflowId }: { readonly executionId: string; readonly workflowId: string },
  { remark, said }: Listener,
): News {
  const stop = new AbortController();
  let isNew = false;
  let isAway = false;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const tell = (): void => {
    isNew = true;
    wake();
  };
  const onConnection = (state: 'made' | 'lost'): void => {
    if (state === 'lost' && !isAway) remark('the connection to the server broke; trying again');
    if (state === 'made' && isAway) remark('connected again');
    isAway = state === 'lost';
    // What happened before it stood, or while it was away, is in the log.
    if (!isAway) tell();
  };
  const listen = async (): Promise<void> => {
    const messages = client.stream({
      workflow: workflowId,
      executionId,
      from: 'now',
      events: 'all',
      live: said !== undefined,
      reconnects: RECONNECTS,
      signal: stop.signal,
      onConnection,
    });
    for await (const message of messages) {
      const frame = frameOf(message);
      if (frame !== undefined) heard.push(frame);
      tell();
    }
  };
  listen().catch((error: unknown) => {
    failure = error as Error;
    tell();
  });
  /** Said before the log is read: told after it, because what an agent is at is in the log. */
  let heard: LiveFrame[] = [];
  let due: readonly LiveFrame[] = [];
  const told = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, QUIET_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    async next() {
      for (const frame of due) said?.(frame);
      due = [];
      if (!isNew) await told();
      if (failure !== undefined) throw failure;
      await sleep(BURST_MS);
      isNew = false;
      due = heard;
      heard = [];
    },
    close() {
      stop.abort();
      wake();
    },
  };
}

/** As the agents of this process are heard. Undefined for events. */
function frameOf({ type, execution_id: executionId, data }: StreamMessage): LiveFrame | undefined {
  if (!type.startsWith('live.')) return undefined;
  const { task_id: place, agent_id: seat, ...said } = data;
  const kind = type.slice('live.'.length);
  return { kind, executionId, ...placeOfLabel(String(place)), seat, ...said } as unknown as LiveFrame;
}
