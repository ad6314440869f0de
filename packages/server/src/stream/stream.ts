/** One reader of a stream, whatever carries it: events of the feed become messages, and a slow reader holds them up. */
import { CantataError } from '@cantata/core';
import type { FeedEvent, LiveFrame } from '@cantata/engine';
import type { Access } from '../access.ts';
import type { ServerParts } from '../parts.ts';
import { beginOf, cursorText } from './cursor.ts';
import { type LIVE_TYPES, type Written, writtenOf } from './messages.ts';
import type { StreamRequest } from './request.ts';

export interface Channel {
  /** Resolves when there is room for more. */
  send(messages: readonly Written[]): void | Promise<void>;
  /** Uncursored; dropped where there is no room. */
  sendLive(frame: LiveMessage): void;
  /** The stream is over: nothing more comes. */
  end(error: CantataError | undefined): void;
}

export interface LiveMessage {
  readonly type: (typeof LIVE_TYPES)[number];
  readonly workflow_id: string;
  readonly execution_id: string;
  readonly data: object;
}

export interface Opened {
  /** Everything up to here was sent. */
  readonly cursor: string;
  close(): void;
}

/** @throws CantataError `workflow_not_found`, `execution_not_found`, `cursor_invalid`, `cursor_too_old`, `engine_closed`. */
export async function openStream(
  { engine }: Pick<ServerParts, 'engine'>,
  access: Access,
  workflowName: string,
  request: StreamRequest,
  channel: Channel,
): Promise<Opened> {
  const { workflowId } = await access.workflow(workflowName);
  const { executionId, cursor } = request;
  if (executionId !== undefined) await access.acceptedOf(workflowId, executionId);
  const { tenant } = access.principal;
  const filter = { tenant, workflowId, ...(executionId === undefined ? {} : { executionId }) };
  const after = typeof cursor === 'object' ? beginOf(cursor) : cursor;
  let skip = typeof cursor === 'object' ? cursor : undefined;
  const sink = (events: readonly FeedEvent[]): void | Promise<void> => {
    const messages = events.flatMap((event) => {
      const made = writtenOf(event, request.events);
      // Of the event at the cursor, the first messages were seen.
      const left = skip?.seen !== undefined && event.offset === skip.offset ? made.slice(skip.seen) : made;
      skip = undefined;
      return request.types === undefined ? left : left.filter(({ type }) => request.types?.has(type));
    });
    return messages.length === 0 ? undefined : channel.send(messages);
  };
  const subscription = await engine.feed.subscribe({ filter, after, sink });
  const unhear = request.isLive
    ? hear(engine, { workflowId, executionId, access, types: request.types }, channel)
    : undefined;
  void subscription.ended.then((error) => {
    unhear?.();
    channel.end(error);
  });
  return {
    get cursor() {
      // What it comes back behind, while it was told nothing yet, is no more than what it came with.
      return skip?.seen === undefined ? String(subscription.offset) : cursorText(skip);
    },
    close: () => subscription.close(),
  };
}

interface Hearing {
  readonly workflowId: string;
  readonly executionId: string | undefined;
  readonly access: Access;
  readonly types: StreamRequest['types'];
}

/** What agents in this process say while they work. Whose an execution is, is asked once for each. */
function hear(
  { live }: ServerParts['engine'],
  { workflowId, executionId, access, types }: Hearing,
  channel: Channel,
): () => void {
  const known = new Map<string, Promise<boolean>>();
  const isMeant = (id: string): Promise<boolean> => {
    const asked =
      known.get(id) ??
      access.execution(id).then(
        (row) => row.workflowId === workflowId,
        (error: unknown) => {
          // Where the store did not answer, the next frame asks again.
          if (!(error instanceof CantataError && error.code === 'execution_not_found')) known.delete(id);
          return false;
        },
      );
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(id, asked);
    return asked;
  };
  return live.subscribe((frame) => {
    if (executionId !== undefined && frame.executionId !== executionId) return;
    if (types?.has(`live.${frame.kind}`) === false) return;
    void isMeant(frame.executionId).then((meant) => {
      if (meant) channel.sendLive(liveMessage(frame, workflowId));
    });
  });
}

const MOST_KNOWN = 10_000;

function liveMessage(frame: LiveFrame, workflowId: string): LiveMessage {
  const { executionId, task, item, seat } = frame;
  const place = { task_id: item === undefined ? task : `${task}[${item}]`, agent_id: seat };
  const said =
    frame.kind === 'progress'
      ? { progress: frame.progress }
      : { level: frame.level, message: frame.message, fields: frame.fields ?? {} };
  return {
    type: `live.${frame.kind}`,
    workflow_id: workflowId,
    execution_id: executionId,
    data: { ...place, ...said },
  };
}
