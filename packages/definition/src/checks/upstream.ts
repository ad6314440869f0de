/**
 * Whether tasks come before others, through any number of steps, for as many pairs as there are. The tasks that are
 * asked for are taken 256 at a time, a bit each, and the bits flow along the edges in topological order: at worst
 * O((tasks + dependencies) * tasks asked for / 32), whatever the graph; nothing for direct dependencies.
 */
import { buildGraph, layers } from '@cantata/core';

export interface Question {
  /** Indexes: does `target` complete before `task` begins? */
  readonly task: number;
  readonly target: number;
}

const WORDS = 8;
const AT_ONCE = WORDS * 32;

/** An answer for each question; yes to all if tasks wait for each other in a circle, which is a problem of its own. */
export function upstream(
  dependencies: readonly Uint32Array[],
  questions: readonly Question[],
): readonly boolean[] {
  const answers = questions.map(({ task, target }) => dependencies[task]?.includes(target) === true);
  /** By task that is asked for, the questions that are open. */
  const open = new Map<number, number[]>();
  for (const [index, { target }] of questions.entries()) {
    if (answers[index] === true) continue;
    const asked = open.get(target);
    if (asked === undefined) open.set(target, [index]);
    else asked.push(index);
  }
  if (open.size === 0) return answers;
  const order = topological(dependencies);
  if (order === undefined) return questions.map(() => true);
  const targets = [...open.keys()];
  for (let from = 0; from < targets.length; from += AT_ONCE) {
    const bits = new Map(targets.slice(from, from + AT_ONCE).map((target, bit) => [target, bit]));
    const reached = flow(dependencies, order, bits);
    for (const [target, bit] of bits) {
      for (const index of open.get(target) ?? []) {
        answers[index] = isSet(reached, (questions[index] as Question).task, bit);
      }
    }
  }
  return answers;
}

/** Each task after those it depends on; undefined if there is a circle. */
function topological(dependencies: readonly Uint32Array[]): Uint32Array | undefined {
  const sources: number[] = [];
  const targets: number[] = [];
  for (const [task, before] of dependencies.entries()) {
    for (const one of before) {
      sources.push(one);
      targets.push(task);
    }
  }
  const { order, acyclic } = layers(buildGraph(dependencies.length, sources, targets));
  return acyclic ? order : undefined;
}

/** For each task, which of the tasks with a bit come before it. */
function flow(
  dependencies: readonly Uint32Array[],
  order: Uint32Array,
  bits: ReadonlyMap<number, number>,
): Uint32Array {
  const reached = new Uint32Array(dependencies.length * WORDS);
  for (const task of order) {
    for (const before of dependencies[task] ?? []) {
      for (let word = 0; word < WORDS; word++) {
        const at = task * WORDS + word;
        reached[at] = (reached[at] as number) | (reached[before * WORDS + word] as number);
      }
      const bit = bits.get(before);
      if (bit === undefined) continue;
      const at = task * WORDS + (bit >> 5);
      reached[at] = (reached[at] as number) | (1 << (bit & 31));
    }
  }
  return reached;
}

function isSet(reached: Uint32Array, task: number, bit: number): boolean {
  return ((reached[task * WORDS + (bit >> 5)] as number) & (1 << (bit & 31))) !== 0;
}
