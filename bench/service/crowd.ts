/** A process of clients: is told by its parent what to do, and tells what it saw. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Answer, Connection, type Request } from './http.ts';
import { type Heard, now, type Order, type Outcome, type Outcomes } from './orders.ts';

const readers: Reader[] = [];

async function start({ url, workflow, count, ms, connections }: Order<'start'>): Promise<Outcomes['start']> {
  const body = JSON.stringify({ input_data: { ms } });
  const executions: string[] = [];
  await withConnections(url, connections, async (connection) => {
    while (executions.length < count) {
      executions.push('');
      const place = executions.length - 1;
      const answer = await connection.ask({
        method: 'POST',
        path: `/api/v1/workflows/${workflow}/execute`,
        body,
      });
      executions[place] = (JSON.parse(expect(answer, 202)) as { readonly execution_id: string }).execution_id;
    }
  });
  return { executions };
}

/** One after the other over each connection, as fast as they are answered. */
async function flood({
  url,
  requests,
  connections,
  seconds,
  status,
}: Order<'flood'>): Promise<Outcomes['flood']> {
  const until = now() + seconds * 1e9;
  const began = now();
  let answers = 0;
  await withConnections(url, connections, async (connection) => {
    while (now() < until) {
      expect(await connection.ask(requests[answers % requests.length] as Request), status);
      answers += 1;
    }
  });
  return { answers, perSecond: answers / ((now() - began) / 1e9) };
}

/** So many a second, whatever the answers take: one that is late makes those behind it late, and that counts. */
async function steadily({
  url,
  requests,
  connections,
  seconds,
  perSecond,
}: Order<'steadily'>): Promise<Outcomes['steadily']> {
  const began = now();
  const latencies: number[] = [];
  const total = seconds * perSecond;
  let next = 0;
  await withConnections(url, connections, async (connection) => {
    while (next < total) {
      const n = next;
      next += 1;
      const due = began + (n / perSecond) * 1e9;
      const early = (due - now()) / 1e6;
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // A timer is late by up to a millisecond, which is the client's own.
      const sent = early > 0 ? now() : due;
      expect(await connection.ask(requests[(n * 7) % requests.length] as Request), 200);
      latencies.push((now() - sent) / 1e6);
    }
  });
  return { latencies };
}

class Reader {
  readonly #socket: WebSocket;
  readonly heard: Heard[] = [];

  static async open(url: string, keeps: boolean): Promise<Reader> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    return new Reader(socket, keeps);
  }

  private constructor(socket: WebSocket, keeps: boolean) {
    this.#socket = socket;
    if (keeps) socket.on('message', (data: Buffer) => this.#take(data, now()));
  }

  close(): void {
    this.#socket.terminate();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #take(data: Buffer, at: number): void {
    const message = JSON.parse(data.toString()) as {
      readonly type: string;
      readonly execution_id: string;
      readonly data: { readonly task_id?: string };
    };
    if (message.type !== 'agent.assigned' && message.type !== 'task.completed') return;
    const key = `${message.execution_id} ${message.data.task_id ?? ''}`;
    this.heard.push({ key, what: message.type, at });
  }
}

async function read({ url, workflow, count, keeps }: Order<'read'>): Promise<Outcomes['read']> {
  const path = `${url.replace('http', 'ws')}/ws/workflows/${workflow}`;
  // As many at a time as a listening socket has room for.
  for (let left = count; left > 0; left -= 100)
    readers.push(
      ...(await Promise.all(Array.from({ length: Math.min(100, left) }, () => Reader.open(path, keeps)))),
    );
  return { open: readers.filter(({ isOpen }) => isOpen).length };
}

function leave(): Outcomes['leave'] {
  const all = readers.splice(0);
  const open = all.filter(({ isOpen }) => isOpen).length;
  for (const reader of all) reader.close();
  return { open, heard: all.flatMap(({ heard }) => heard) };
}

async function withConnections(
  url: string,
  count: number,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const all = await Promise.all(Array.from({ length: count }, () => Connection.open(url)));
  await Promise.all(all.map(use));
  for (const connection of all) connection.close();
}

function expect({ status, body }: Answer, wanted: number): string {
  if (status !== wanted) throw new Error(`${status} in place of ${wanted}: ${body}`);
  return body;
}

function carryOut(order: Order): Promise<Outcome> | Outcome {
  switch (order.order) {
    case 'start':
      return start(order);
    case 'flood':
      return flood(order);
    case 'steadily':
      return steadily(order);
    case 'read':
      return read(order);
    case 'leave':
      return leave();
    default:
      return order satisfies never;
  }
}

async function answer(order: Order): Promise<void> {
  process.send?.(await carryOut(order));
}

// What goes wrong ends the process, and the parent notices.
process.on('message', (order: Order) => void answer(order));
// Its sockets would keep it.
process.once('disconnect', () => process.exit(1));
