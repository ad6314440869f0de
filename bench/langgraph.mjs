/**
 * The scenarios of team-workloads.ts in LangGraph.js with its checkpointer for Postgres, as its documentation shows them:
 * nodes that answer with a `Command`, a reducer for what was done, one thread a run. Run where its packages are installed:
 * `node langgraph.mjs '{"scenario", "concurrency", "total", "turns", "durability", "url", "connections"}'`
 * prints the times as JSON.
 *
 * `sync` is what Cantata does: a step is on disk before the next one begins. With `async`, LangGraph's default, the next
 * one begins meanwhile, and a crash may lose what was done.
 */
import { performance } from 'node:perf_hooks';
import { Annotation, Command, END, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { addActiveAgentRouter } from '@langchain/langgraph-swarm';
import pg from 'pg';

const { scenario, concurrency, total, turns, durability, url, connections } = JSON.parse(process.argv[2]);

const answeredAt = new Map();
let measured = [];

/** A node that measures as the agents of the other side do. */
function watched(perform) {
  return (state, { configurable: { thread_id: run } }) => {
    const before = answeredAt.get(run);
    if (before !== undefined) measured.push(performance.now() - before);
    const command = perform(state);
    answeredAt.set(run, performance.now());
    return command;
  };
}

const STATE = {
  turn: Annotation({ reducer: (_, turn) => turn, default: () => 1 }),
  results: Annotation({ reducer: (before, more) => before.concat(more), default: () => [] }),
};

/** One node leads, and every part goes to the worker and back. */
function supervisor() {
  return new StateGraph(Annotation.Root(STATE))
    .addNode(
      'boss',
      watched(({ turn }) =>
        turn < turns
          ? new Command({ goto: 'worker', update: { turn: turn + 1 } })
          : new Command({ goto: END, update: { turn: turn + 1 } }),
      ),
      { ends: ['worker', END] },
    )
    .addNode(
      'worker',
      watched(
        ({ turn }) => new Command({ goto: 'boss', update: { turn: turn + 1, results: [{ part: turn }] } }),
      ),
      { ends: ['boss'] },
    )
    .addEdge(START, 'boss');
}

/** Each of four hands on to the next one; who is active is a part of the state, as its package for swarms has it. */
function swarm() {
  const names = ['member0', 'member1', 'member2', 'member3'];
  const graph = new StateGraph(Annotation.Root({ ...STATE, activeAgent: Annotation() }));
  for (const [n, name] of names.entries()) {
    const next = names[(n + 1) % names.length];
    const member = ({ turn }) => {
      const update = { turn: turn + 1, results: [{ part: turn }] };
      return turn < turns
        ? new Command({ goto: next, update: { ...update, activeAgent: next } })
        : new Command({ goto: END, update });
    };
    graph.addNode(name, watched(member), { ends: [next, END] });
  }
  return addActiveAgentRouter(graph, { routeTo: names, defaultActiveAgent: 'member0' });
}

const pool = new pg.Pool({ connectionString: url, max: connections });
const checkpointer = new PostgresSaver(pool);
await checkpointer.setup();
const graph = (scenario === 'supervisor' ? supervisor() : swarm()).compile({ checkpointer });

let threads = 0;
async function oneRun() {
  threads += 1;
  const run = `${process.pid}-${threads}`;
  const { turn } = await graph.invoke(
    { turn: 1 },
    { configurable: { thread_id: run }, durability, recursionLimit: 2 * turns },
  );
  if (turn !== turns + 1) throw new Error(`a run had ${turn - 1} turns`);
  answeredAt.delete(run);
}

async function inTurn(atATime, runs) {
  let started = 0;
  const line = async () => {
    while (started < runs) {
      started += 1;
      await oneRun();
    }
  };
  await Promise.all(Array.from({ length: atATime }, line));
}

await inTurn(20, 60);
measured = [];
const used = process.cpuUsage();
const start = performance.now();
await inTurn(concurrency, total);
const elapsedMs = performance.now() - start;
const { user, system } = process.cpuUsage(used);
await pool.end();
measured.sort((a, b) => a - b);
const quantile = (q) => measured[Math.floor(q * measured.length)];
process.stdout.write(
  JSON.stringify({
    p50: quantile(0.5),
    p99: quantile(0.99),
    turnsPerSecond: (total * turns * 1_000) / elapsedMs,
    cpuMs: (user + system) / 1_000 / (total * turns),
  }),
);
