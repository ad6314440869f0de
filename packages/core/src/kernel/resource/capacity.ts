/** How much may run at once in the whole store, as the operator says, and how much of it an execution needs. */
import { byteSize, listing } from '../../text.ts';

/** What is not given is not limited. */
export interface CapacityLimits {
  readonly maxExecutions?: number;
  /** Thousandths of a core. */
  readonly maxCpuMillis?: number;
  readonly maxMemoryBytes?: number;
}

/** What the engine that owns the shards was told. */
export interface CapacityTerms {
  readonly limits: CapacityLimits;
  /** How long who may wait for room does. */
  readonly waitMs: number;
}

/** What all seats of an execution ask for, as its groups declare it. */
export interface Need {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

/** What is taken by those that run. */
export interface Taken {
  executions: number;
  cpuMillis: number;
  memoryBytes: number;
}

export const NOTHING_NEEDED: Need = { cpuMillis: 0, memoryBytes: 0 };
const NOTHING_TAKEN: Taken = { executions: 0, cpuMillis: 0, memoryBytes: 0 };

/** Undefined where nothing is limited: then nobody is asked. */
export function termsOf(limits: CapacityLimits, waitMs: number): CapacityTerms | undefined {
  return Object.values(limits).every((limit) => limit === undefined) ? undefined : { limits, waitMs };
}

/** What there is too little of: a sentence of it, or undefined where one more execution has room. */
export function shortage(taken: Taken, need: Need, limits: CapacityLimits): string | undefined {
  const none = Number.POSITIVE_INFINITY;
  const { maxExecutions = none, maxCpuMillis = none, maxMemoryBytes = none } = limits;
  const { executions, cpuMillis, memoryBytes } = taken;
  const short: string[] = [];
  if (executions + 1 > maxExecutions) short.push(`${executions} of ${maxExecutions} executions run`);
  if (cpuMillis + need.cpuMillis > maxCpuMillis)
    short.push(share(cores(need.cpuMillis), cores(cpuMillis), cores(maxCpuMillis)));
  if (memoryBytes + need.memoryBytes > maxMemoryBytes)
    short.push(share(byteSize(need.memoryBytes), byteSize(memoryBytes), byteSize(maxMemoryBytes)));
  return short.length === 0 ? undefined : listing(short);
}

/** Why an execution can never run under such limits, not even alone; undefined for one that can. */
export function neverFits(need: Need, limits: CapacityLimits): string | undefined {
  return shortage(NOTHING_TAKEN, need, limits);
}

function share(needed: string, taken: string, limit: string): string {
  return `it needs ${needed}, and ${taken} of ${limit} are taken`;
}

function cores(millis: number): string {
  const count = millis / 1_000;
  return count === 1 ? '1 core' : `${count} cores`;
}
