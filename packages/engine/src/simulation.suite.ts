/**
 * A simulated week in the life of a few engines on one store: random workflows, agents, operators, faults of the store
 * and deaths of processes, in virtual time, all from one seed. Afterwards these must hold:
 *
 * M1 Every execution has ended, or waits for a reason that has a name.
 * M2 In every entity sequences are 1..n, in every shard positions are 1..n, and the row is the fold of the log.
 * M3 Nobody performs an attempt whose completion was committed already, and nothing is completed twice.
 * M4 An execution that is open holds its admission, one that has ended does not, and no other holds it.
 * M5 Nothing is left behind: timers, attempts, waiters, queued inputs, inbox rows.
 * M6 What was accepted exists.
 * M7 No engine had to be healed, and none met what it holds to be impossible.
 * M8 Whoever sleeps has a wake-up that says when its next timer is due, and nobody else has one.
 */
import {
  admissionOf,
  CantataError,
  type Commit,
  type EventRow,
  type ExecutionRow,
  executionLaw,
  idempotencyKey,
  type Json,
  restOf,
  SHARD_COUNT,
  type Store,
  violations,
  type WorkflowVersion,
} from '@cantata/core';
import {
  aComputed,
  aSchema,
  type DefinitionSketch,
  Dice,
  type Line,
  type TaskSketch,
  type Verb,
} from '@cantata/testing';
import { Loader } from './shell/loader.ts';
import { type Process, type Shared, World } from './world.suite.ts';

const CONDITIONS = [
  aComputed(() => true),
  aComputed(() => false),
  aComputed(({ input }) => Array.isArray(input)),
];
const TEMPLATES = [
  aComputed(() => [1, 2, 3]),
  aComputed(({ input }) => ({ input })),
  aComputed(({ input }): Json => {
    if (input !== null) return input;
    throw new CantataError('expression_failed', 'there is no input');
  }),
];
const NO_NUMBERS = aSchema((value) => typeof value !== 'number');

const TERMINAL = new Set(['completed', 'failed', 'cancelled']);
const SHARED_VERBS: readonly Verb[] = [
  'log.readEntity',
  'log.readShard',
  'executions.list',
  'inbox.read',
  'leases.renew',
  'leases.claim',
  'log.snapshot',
];
/** What an engine says when something happened that must not. */
const IMPOSSIBLE = /went wrong|lost its wake-up|cannot be dealt with|could not be performed|unusable/;

export class Simulation {
  readonly #dice: Dice;
  readonly #world: World;
  readonly #all: Process[] = [];
  readonly #workflows: WorkflowVersion[] = [];
  readonly #accepted: string[] = [];
  readonly #completed = new Set<string>();
  readonly problems: string[] = [];

  constructor(seed: number, share: () => Shared) {
    this.#dice = new Dice(seed);
    this.#world = new World(share);
    this.#world.agents.otherwise(this.#anything());
  }

  /** Sentences about what does not hold; empty when all is well. */
  async run(steps: number): Promise<readonly string[]> {
    try {
      await this.#begin();
      for (let step = 0; step < steps; step++) {
        await this.#happen();
        await this.#world.clock.advance(this.#dice.pick([10, 100, 400, 1_500, 4_000, 12_000]));
      }
      await this.#calm();
      await this.#check();
    } finally {
      await this.#world.end();
    }
    return this.problems;
  }

  // ---------------------------------------------------------------- what happens

  async #begin(): Promise<void> {
    const first = await this.#open();
    for (let n = 0; n < 4; n++) this.#workflows.push(await this.#world.workflow(first, this.#sketch(n)));
    await this.#open();
  }

  #sketch(n: number): DefinitionSketch {
    const dice = this.#dice;
    const tasks: Record<string, TaskSketch> = {};
    const count = dice.between(1, 6);
    for (let t = 0; t < count; t++) {
      const earlier = Object.keys(tasks);
      tasks[`t${t}`] = {
        dependsOn: earlier.filter(() => dice.chance(0.4)),
        agent: dice.pick(['few', 'many']),
        parallel: dice.chance(0.25),
        retryPolicy: dice.pick(['none', 'fixed', 'linear', 'exponential_backoff'] as const),
        timeoutMs: dice.pick([2_000, 5_000, 60_000]),
        priority: dice.pick([0, 0, 0, 1]),
        ...(dice.chance(0.15) ? { when: dice.pick(CONDITIONS) } : {}),
        ...(dice.chance(0.15) ? { input: dice.pick(TEMPLATES) } : {}),
        ...(dice.chance(0.1) ? { output: NO_NUMBERS } : {}),
      };
    }
    return { agents: { few: 1, many: 3 }, tasks, maxConcurrentExecutions: n === 0 ? 2 : 1_000 };
  }

  async #happen(): Promise<void> {
    const dice = this.#dice;
    const what = dice.unit();
    if (what < 0.4) this.#start();
    else if (what < 0.55) this.#command();
    else if (what < 0.8) this.#fault();
    else if (what < 0.86) await this.#crash();
    else if (what < 0.9) await this.#close();
    else if (what < 0.94) await this.#fence();
    else if (what < 0.97) await this.#open();
    else for (const { store } of this.#alive()) store.heal();
  }

  #start(): void {
    const { engine } = this.#dice.pick(this.#alive());
    const workflow = this.#dice.pick(this.#workflows);
    const input = this.#dice.chance(0.5) ? null : [1, 2, 3];
    const count = this.#dice.between(1, 5);
    for (let n = 0; n < count; n++) {
      engine.start({ workflow, input, by: 'ann' }).then(
        (id) => {
          this.#accepted.push(id);
          // Who is waited for does not sleep.
          if (n % 2 === 0) engine.ended(id).catch(() => undefined);
        },
        () => undefined,
      );
    }
  }

  #command(): void {
    if (this.#accepted.length === 0) return;
    const { engine } = this.#dice.pick(this.#alive());
    const id = this.#dice.pick(this.#accepted);
    const done = this.#dice.pick([
      () => engine.pause(id, 'ann'),
      () => engine.resume(id, 'ann'),
      () => engine.resume(id, 'ann'),
      () => engine.cancel(id, 'ann'),
      () => engine.recover(id),
      () => engine.checkpoint(id, 'interval'),
    ])();
    Promise.resolve(done).catch(() => undefined);
  }

  #fault(): void {
    const dice = this.#dice;
    const { store } = dice.pick(this.#alive());
    const after = dice.below(4);
    const what = dice.unit();
    if (what < 0.3) store.loseAnswer('log.commit', { after });
    else if (what < 0.6) {
      const error = dice.pick(['store_busy', 'store_full', new Error('the cable was pulled')] as const);
      store.refuse('log.commit', error, {
        after,
        times: dice.pick([1, 2, 3, 8]),
        lateMs: dice.pick([0, 0, 300]),
      });
    } else if (what < 0.75) store.delay('log.commit', dice.pick([50, 900, 15_000]), { after });
    else store.refuse(dice.pick(SHARED_VERBS), 'store_busy', { after, times: dice.between(1, 4) });
  }

  async #open(): Promise<Process> {
    const alive = new Set(this.#alive().map(({ owner }) => owner.id));
    const knowing = this.#dice.chance(0.6);
    const process = await this.#world.process({
      isDead: ({ id }) =>
        knowing && !alive.has(id) && this.#all.some(({ owner, clock }) => owner.id === id && !clock.isAlive),
      settings: {
        snapshotAfterEvents: 20,
        checkpointIntervalMs: 30_000,
        commitAttempts: 3,
        inboxPollMs: 500,
        maxResidents: this.#dice.pick([2, 10_000]),
        sleepAfterIdleMs: 1_000,
        leastSleepMs: 500,
        wakeAheadMs: 200,
      },
    });
    process.store.onCommit = (commit) => this.#committed(commit);
    this.#all.push(process);
    return process;
  }

  async #crash(): Promise<void> {
    this.#dice.pick(this.#alive()).kill();
    if (this.#alive().length === 0) await this.#open();
  }

  async #close(): Promise<void> {
    const process = this.#dice.pick(this.#alive());
    process.store.heal();
    await this.#world.clock.of(process.engine.close());
    process.kill();
    if (this.#alive().length === 0) await this.#open();
  }

  /** The shards go to another process while the one that had them still lives: a lease ran out in a long pause. */
  async #fence(): Promise<void> {
    const [one, other] = this.#alive();
    if (one !== undefined && other !== undefined) await one.store.fence(other.owner, 10_000);
  }

  #alive(): readonly Process[] {
    return this.#all.filter(({ clock }) => clock.isAlive);
  }

  #committed({ events }: Commit): void {
    for (const { type, entity, data } of events) {
      if (type !== 'task.completed') continue;
      const key = idempotencyKey(entity, JSON.parse(data) as { task: string; item?: number }, 'perform');
      if (this.#completed.has(key)) this.problems.push(`M3: ${key} was completed twice`);
      this.#completed.add(key);
    }
  }

  #anything(): Line {
    const dice = this.#dice;
    return async ({ idempotencyKey: key }, { signal }, clock) => {
      if (this.#completed.has(key)) this.problems.push(`M3: ${key} was performed after it was completed`);
      const what = dice.unit();
      const wait = (ms: number): Promise<void> =>
        new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
      if (what < 0.4) return { kind: 'completed', output: dice.pick([null, 1, [1, 2], { a: [] }]) };
      if (what < 0.7) {
        await wait(dice.between(1, 4_000));
        return { kind: 'completed', output: [key] };
      }
      if (what < 0.82) throw new Error('it broke');
      if (what < 0.84) return { kind: 'completed', output: 1n };
      if (what < 0.86) return { kind: 'failed', error: { code: 'no_use', message: 'no', retry: 'never' } };
      if (what < 0.93) return new Promise(() => undefined);
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('told to stop'))),
      );
    };
  }

  // ---------------------------------------------------------------- the end

  /** Faults end, one process stays, everything parked or paused is resumed but for every third paused one. */
  async #calm(): Promise<void> {
    for (const { store } of this.#all) store.heal();
    if (this.#alive().length === 0) await this.#open();
    await this.#world.clock.advance(60_000);
    for (const process of this.#alive().slice(1)) {
      await this.#world.clock.of(process.engine.close());
      process.kill();
    }
    const { clock } = this.#world;
    await clock.advance(60_000);
    const { engine } = this.#alive()[0] as Process;
    for (const [n, row] of (await engine.reader.list({ limit: 10_000 })).entries()) {
      if (row.parked) await clock.of(engine.recover(row.executionId));
      if (row.status === 'paused' && n % 3 > 0) await clock.of(engine.resume(row.executionId, 'ann'));
    }
    await clock.advance(1_800_000);
  }

  async #check(): Promise<void> {
    const process = this.#alive()[0] as Process;
    const store = await this.#world.store();
    const rows = await store.executions.list({ limit: 10_000 });
    for (const row of rows) await this.#checkExecution(process, row);
    await this.#checkShards((shard) => store.log.readShard(shard, 0, 100_000));
    for (const workflow of this.#workflows) await this.#checkAdmission(process, workflow, rows);
    const known = new Set(rows.map(({ executionId }) => executionId));
    for (const id of this.#accepted)
      if (!known.has(id)) this.problems.push(`M6: ${id} was accepted and does not exist`);
    const open = rows.filter(({ status }) => !TERMINAL.has(status)).length;
    // What is paused is in memory or sleeps, and somebody may wait for its end.
    const { executions, waiters, ...rest } = process.engine.gauges;
    const gauges = {
      ...rest,
      executions: Math.max(0, executions - open),
      waiters: Math.max(0, waiters - open),
    };
    const left = Object.entries(gauges).filter(([, count]) => count !== 0);
    if (left.length > 0)
      this.problems.push(`M5: ${JSON.stringify(Object.fromEntries(left))} left, ${open} open`);
    const waiting = await store.inbox.read('all', 10);
    if (waiting.length > 0)
      this.problems.push(`M5: ${waiting[0]?.type} waits in the inbox for ${waiting[0]?.entity}`);
    for (const { logged } of this.#all) {
      for (const { message, fields } of logged) {
        if (IMPOSSIBLE.test(message) || fields['code'] === 'store_data_refused') {
          this.problems.push(`M7: ${message}: ${JSON.stringify(fields)}`);
        }
      }
    }
  }

  async #checkExecution({ engine, parts }: Process, row: ExecutionRow): Promise<void> {
    const id = row.executionId;
    const { store, plans, codec, log } = parts;
    const entity = await new Loader(store, plans, codec, log).load(id);
    if (entity?.kind !== 'execution') return void this.problems.push(`M2: ${id} cannot be read`);
    for (const broken of violations(entity.state)) this.problems.push(`M2: ${id}: ${broken}`);
    await this.#checkSleep(parts.store, row, restOf(executionLaw.owed(entity.state))?.wakeAt ?? null);
    if (entity.state.sequence !== row.sequence || entity.state.status.kind !== row.status || row.parked) {
      this.problems.push(
        `M2: ${id}: its row says ${row.status} at ${row.sequence}, its log ${entity.state.status.kind} at ${entity.state.sequence}${row.parked ? ', parked' : ''}`,
      );
    }
    if (TERMINAL.has(row.status)) return;
    const [cause] = await engine.reader.why(id);
    if (row.status !== 'paused' || cause?.code !== 'paused') {
      this.problems.push(`M1: ${id} is ${row.status}: ${cause?.code}: ${cause?.sentence}`);
    }
  }

  async #checkSleep(store: Store, { executionId, asleep }: ExecutionRow, next: number | null): Promise<void> {
    const [wakeup] = await store.wakeups.of([executionId]);
    const is = wakeup === undefined ? 'none' : String(wakeup.at);
    const due = asleep ? String(next) : 'none';
    if (is !== due) this.problems.push(`M8: ${executionId} has the wake-up ${is}, and should have ${due}`);
  }

  async #checkShards(read: (shard: number) => Promise<readonly EventRow[]>): Promise<void> {
    const sequences = new Map<string, number>();
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      for (const [n, { entity, sequence, position }] of (await read(shard)).entries()) {
        const next = (sequences.get(entity) ?? 0) + 1;
        if (position !== n + 1) this.problems.push(`M2: shard ${shard} has position ${position} after ${n}`);
        if (sequence !== next) this.problems.push(`M2: ${entity} has event ${sequence} after ${next - 1}`);
        sequences.set(entity, sequence);
      }
    }
  }

  async #checkAdmission(
    { parts }: Process,
    { workflowId }: WorkflowVersion,
    rows: readonly ExecutionRow[],
  ): Promise<void> {
    const { store, plans, codec, log } = parts;
    const entity = await new Loader(store, plans, codec, log).load(admissionOf(workflowId));
    if (entity?.kind !== 'resource') return;
    const holders = [...entity.state.holders.keys()].toSorted();
    const open = rows
      .filter((row) => row.workflowId === workflowId && !TERMINAL.has(row.status))
      .map((row) => row.executionId);
    if (holders.join() !== open.toSorted().join()) {
      this.problems.push(
        `M4: ${holders.length} hold the admission of ${workflowId}, ${open.length} are open`,
      );
    }
  }
}
