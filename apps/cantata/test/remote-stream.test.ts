// Whoever follows an execution of a service is told what happens, and asks for nothing meanwhile; a connection that breaks
// is made again.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, type Call } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single } from './workflows.ts';

let scratch: Scratch;
let service: Call;
let url: string;
beforeEach(async () => {
  scratch = createScratch();
  service = begin(['serve', '--port', '0', '--json'], { cwd: scratch.folder, variables: {} });
  ({ url } = JSON.parse(await service.until(/^\{.*\}\n/)) as { readonly url: string });
});
afterEach(async () => {
  process.emit('SIGTERM');
  await service.ended;
  scratch.remove();
});

const there = (...args: readonly string[]): Call =>
  begin([...args, '--server', url], { cwd: scratch.folder, variables: {} });

/** Between the command and the service: what is asked, and a way to cut it off. */
class Way {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;
  #port = 0;
  /** Requests that came by, upgrades included. */
  asked = 0;

  constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#carry(client));
  }

  async open(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(this.#port, '127.0.0.1', done));
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #carry(client: Socket): void {
    const service = connect(Number(this.#target.port), this.#target.hostname);
    client.on('data', (data) => {
      this.asked += data.toString('latin1').match(/^(GET|POST) \//gm)?.length ?? 0;
    });
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => one.destroy());
      one.on('close', () => other.destroy());
    }
  }
}

test('who follows asks for nothing as long as nothing happens', async () => {
  const way = new Way(url);
  url = await way.open();
  const run = there('run', scratch.workflow(single('worker')), '--set', 'ms=8000');
  await run.until(/assigned/);
  const quiet = async (): Promise<boolean> => {
    const before = way.asked;
    await new Promise((done) => setTimeout(done, 1_500));
    return way.asked === before;
  };
  // Four times it says how far it is; between these it is quiet.
  await expect.poll(quiet, { timeout: 10_000, interval: 1 }).toBe(true);
  expect(await run.ended).toMatchObject({ code: 0, out: expect.stringContaining('completed') as string });
  await way.close();
});

test('a connection that breaks is made again, and nothing of the run is missed', async () => {
  const way = new Way(url);
  url = await way.open();
  const file = scratch.workflow({
    ...single('worker'),
    tasks: ['a', 'b', 'c'].map((id, n, ids) => ({
      id,
      agent: 'someone',
      ...(n === 0 ? {} : { depends_on: [ids[n - 1] as string] }),
    })),
  });
  const run = there('run', file, '--set', 'ms=700');
  const events = begin(['events', 'last', '--follow', '--server', (await begun(run), url)], {
    cwd: scratch.folder,
    variables: {},
  });
  await events.until(/assigned/);
  await way.close();
  for (const each of [run, events]) await each.until(/the connection to the server broke; trying again/);
  await way.open();
  for (const each of [run, events]) {
    const { code, out, err } = await each.ended;
    expect({ code, err }).toEqual({
      code: 0,
      err: 'the connection to the server broke; trying again\nconnected again\n',
    });
    for (const task of ['a', 'b', 'c'])
      expect(out.split('\n').filter((line) => new RegExp(`completed +${task} `).test(line))).toHaveLength(1);
  }
  await way.close();
});

async function begun(run: Call): Promise<void> {
  await run.until(/assigned/);
}

test('a service that is gone for good is told at once where nothing was seen of it yet', async () => {
  const gone = begin(['run', scratch.workflow(single('worker')), '--server', 'http://127.0.0.1:1'], {
    cwd: scratch.folder,
    variables: {},
  });
  expect(await gone.ended).toMatchObject({
    code: 4,
    err: expect.stringContaining('cannot be reached') as string,
  });
});
