// An example in a folder of its own, whose run goes from one process to the next until one of them comes to the end.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cantata } from '../../apps/cantata/test/in-process.ts';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { type Ended, jsonLines, start } from './process.ts';

const root = join(import.meta.dirname, '../..');
const constructs = join(root, 'test/fixtures/construct-teams.config.ts');
/** Three quarters of what a process takes to start is compiling. */
const COMPILED = join(root, '.cache/compiled');
const DIES = join(root, 'test/fixtures/die-at-commit.ts');

const DOCUMENTS = ['workflow.yaml', 'one-order.yaml', 'patterns/war_room.yaml'];
/** How long is waited for an agent or a person: the machine may be busy, and no result is to depend on it. */
const BOUND = /\b(timeout|patience_seconds|peer_timeout_seconds): [\d.]+[smh]?$/gm;

export interface Example {
  /** The folder, or the name of a pattern of examples/constructs. */
  readonly of: string;
  readonly input?: unknown;
  /** What a person says who is asked: the rest of `cantata approve ID`. */
  readonly says?: readonly string[];
  readonly notes?: Readonly<Record<string, string>>;
  /** What agents leave behind in their folder. */
  readonly leaves?: string;
  readonly status?: 'compensated';
  readonly output: unknown;
}

export interface Event {
  readonly event: string;
  readonly sequence: number;
  readonly execution_id: string;
  readonly task_id?: string;
}

export const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The agents of a configuration; each leaves the key of a turn in a file before it begins it. */
const configOf = (config: string): string => `
import { appendFileSync } from 'node:fs';
import config from ${JSON.stringify(config)};

const ledger = new URL('begun', import.meta.url);
const witnessed = (agent) => ({
  ...agent,
  perform(input, context) {
    appendFileSync(ledger, context.idempotencyKey + '\\n');
    return agent.perform(input, context);
  },
});
export default {
  ...config,
  agents: Object.fromEntries(Object.entries(config.agents).map(([type, agent]) => [type, witnessed(agent)])),
};
`;

/** One execution of an example in a folder of its own, by one process after another. */
export class Played {
  readonly #example: Example;
  readonly #scratch: Scratch;
  #isStarted = false;

  constructor(example: Example) {
    this.#example = example;
    this.#scratch = createScratch();
    for (const folder of ['notes', 'patterns']) mkdirSync(this.#path(folder));
    const { of, notes = {} } = example;
    const folder = join(root, 'examples', of);
    const isConstruct = !existsSync(folder);
    this.#scratch.file(
      'cantata.config.ts',
      configOf(isConstruct ? constructs : join(folder, 'cantata.config.ts')),
    );
    const documents = isConstruct
      ? { [`constructs/pattern-${of}.yaml`]: 'workflow.yaml' }
      : Object.fromEntries(DOCUMENTS.map((name) => [`${of}/${name}`, name]));
    for (const [from, to] of Object.entries(documents)) {
      const file = join(root, 'examples', from);
      if (existsSync(file)) this.#scratch.file(to, readFileSync(file, 'utf8').replaceAll(BOUND, '$1: 3600'));
    }
    for (const [name, text] of Object.entries(notes)) this.#scratch.file(`notes/${name}`, text);
  }

  #path(name: string): string {
    return join(this.#scratch.folder, name);
  }

  get #cwd(): { readonly cwd: string } {
    return { cwd: this.#scratch.folder };
  }

  /** Starts it or goes on with it, in a process that dies there; without a place, in one that comes to the end. */
  async process(diesAt = ''): Promise<Ended> {
    if (this.#isStarted) await this.#answer();
    const { input } = this.#example;
    const given = input === undefined ? [] : ['--input', JSON.stringify(input)];
    const config = ['--json', '--config', 'cantata.config.ts'];
    const running = start(
      this.#isStarted ? ['resume', 'last', ...config] : ['run', 'workflow.yaml', ...given, ...config],
      {
        ...this.#cwd,
        env: { DIES_AT: diesAt, NODE_OPTIONS: `--import ${DIES}`, NODE_COMPILE_CACHE: COMPILED },
      },
    );
    // Asked in this process, it is answered at once; in one before it, it was answered above.
    if (this.#example.says !== undefined)
      await running.until(/"human\.requested"/).then(
        () => this.#answer(),
        () => undefined,
      );
    const ended = await running.ended;
    if (!this.#isStarted) this.#isStarted = (await this.executions()).length > 0;
    return ended;
  }

  async #answer(): Promise<void> {
    const { says = [] } = this.#example;
    const [place] = says;
    const events = (await this.events()).filter(({ task_id }) => task_id === place);
    if (!events.some(({ event }) => event === 'human.requested')) return;
    if (events.some(({ event }) => event === 'task.completed')) return;
    await cantata(['approve', 'last', ...says], this.#cwd);
  }

  /** The first is that of the workflow; those that it started follow. */
  async executions(): Promise<readonly string[]> {
    const { out } = await cantata(['list', '--json'], this.#cwd);
    return (JSON.parse(out) as { execution_id: string }[]).map(({ execution_id }) => execution_id).toSorted();
  }

  async events(): Promise<readonly Event[]> {
    const all: Event[] = [];
    for (const id of await this.executions())
      all.push(
        ...(jsonLines((await cantata(['events', id, '--json'], this.#cwd)).out) as unknown as Event[]),
      );
    return all;
  }

  async result(): Promise<unknown> {
    const { out } = await cantata(['status', 'last', '--json'], this.#cwd);
    const { status, output, error } = JSON.parse(out.replaceAll(UUID, 'ID')) as Record<string, unknown>;
    return { status, output, error };
  }

  /** How often each turn was begun, by its idempotency key. */
  begun(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    const file = this.#path('begun');
    for (const key of existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [])
      counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  }

  /** What agents did in the world, whichever execution it was; items side by side do it in any order. */
  get left(): readonly string[] {
    const { leaves } = this.#example;
    const text = leaves === undefined ? '' : readFileSync(this.#path(leaves), 'utf8');
    return text.replaceAll(UUID, 'ID').split('\n').toSorted();
  }

  remove(): void {
    this.#scratch.remove();
  }
}
