/**
 * Every variable of the environment, in one table: from it the environment is read, `cantata doctor` prints, and
 * docs/configuration.md is checked. A row is here when it changes what is done, and not before.
 */
import { typedCpu, typedMemory } from '@cantata/definition';
import {
  address,
  amount,
  database,
  flag,
  folder,
  force,
  type Kind,
  list,
  mark,
  positive,
  text,
  time,
  unheeded,
  whole,
} from './kinds.ts';

export interface About {
  readonly name: string;
  /** What it means, as the page says it. */
  readonly meaning: string;
  /** What a number counts. */
  readonly unit?: string;
  /** Its value is told to nobody. */
  readonly secret?: true;
  /** Without which adapter it is refused. */
  readonly adapter?: string;
}

export interface Variable<Value = unknown> extends About, Kind<Value> {
  /** As it would be written; undefined where nothing can be written for it. */
  readonly default: string | undefined;
  /** What holds when it is not set, in words. */
  readonly unset: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Not set, it is as if its default was written. */
function preset<Value>(kind: Kind<Value>, about: About & { readonly default: string }): Variable<Value> {
  return { ...kind, ...about, unset: about.default };
}

/** Not set, it is undefined. */
function optional<Value>(
  kind: Kind<Value>,
  about: About & { readonly unset: string },
): Variable<Value | undefined> {
  return { ...kind, ...about, default: undefined };
}

/** The keys are those of {@link Environment}. */
export const VARIABLES = {
  databaseFile: optional(database, {
    name: 'DATABASE_URL',
    meaning: 'the database: `sqlite:PATH` or `file:PATH`, a path or a URL of three slashes',
    unset: '`cantata.db` in the data folder',
    secret: true,
  }),
  bus: optional(unheeded('events travel inside the process'), {
    name: 'REDIS_STREAMS_URL',
    meaning: 'where events of more than one machine travel',
    unset: 'inside the process',
    adapter: 'redis',
    secret: true,
  }),
  cluster: optional(unheeded('agents are reached as the configuration of the project says'), {
    name: 'KUBERNETES_CONFIG_PATH',
    meaning: 'the cluster in which agents run as pods',
    unset: 'none',
    adapter: 'kubernetes',
  }),
  maxExecutions: preset(whole(1, 1_000_000_000), {
    name: 'MAX_CONCURRENT_WORKFLOWS',
    meaning: 'how many executions may be open at once in the whole database, those that sleep included',
    unit: 'executions',
    default: '1000',
  }),
  maxCpuMillis: optional(amount(typedCpu, 'cores: `4`, `500m`'), {
    name: 'CANTATA_MAX_CPU',
    meaning:
      'how much processor time agents of open executions may ask for together, by what their documents declare',
    unset: 'not limited',
  }),
  maxMemoryBytes: optional(amount(typedMemory, 'an amount of memory: `8GB`, `1.5Gi`'), {
    name: 'CANTATA_MAX_MEMORY',
    meaning: 'likewise, how much memory',
    unset: 'not limited',
  }),
  allocationTimeoutMs: preset(time(SECOND), {
    name: 'AGENT_ALLOCATION_TIMEOUT_SECONDS',
    meaning: 'how long a start that may wait for room under those three does, such as that of a schedule',
    unit: 'seconds',
    default: '300',
  }),
  workflowTimeoutMs: preset(time(HOUR), {
    name: 'WORKFLOW_TIMEOUT_HOURS',
    meaning: 'the longest a run may take, unless its document or its start says otherwise',
    unit: 'hours',
    default: '24',
  }),
  checkpointIntervalMs: preset(time(MINUTE), {
    name: 'CHECKPOINT_INTERVAL_MINUTES',
    meaning: 'how often the state of a run is written down whole, in the place of the last time',
    unit: 'minutes',
    default: '5',
  }),
  breakerThreshold: preset(whole(1, 1_000_000), {
    name: 'CIRCUIT_BREAKER_FAILURE_THRESHOLD',
    meaning:
      'how many failures in a row open a [circuit](fault-tolerance.md#circuit-breakers) whose document does not say',
    unit: 'failures',
    default: '5',
  }),
  compensationTimeoutMs: preset(time(SECOND), {
    name: 'SAGA_COMPENSATION_TIMEOUT_SECONDS',
    meaning: 'the longest that [undoing](fault-tolerance.md#undoing-what-was-done) what a run did may take',
    unit: 'seconds',
    default: '600',
  }),
  stallTimeoutMs: preset(time(MINUTE), {
    name: 'STALL_TIMEOUT_MINUTES',
    meaning:
      'how long an agent may be at work before `why`, `status` and `list` [warn of it](fault-tolerance.md#deadlocks-and-stalls)',
    unit: 'minutes',
    default: '30',
  }),
  executionRetentionMs: optional(time(24 * HOUR), {
    name: 'EXECUTION_RETENTION_DAYS',
    meaning: 'how long what has ended is [kept](operations.md#delete)',
    unit: 'days',
    unset: 'for ever',
  }),
  streamRetentionMs: preset(time(HOUR), {
    name: 'EVENT_RETENTION_HOURS',
    meaning: 'how far back a stream of events can be resumed; the log itself is kept',
    unit: 'hours',
    default: '168',
  }),
  listenHost: preset(text, {
    name: 'HOST',
    meaning: 'the address at which `serve` listens; `--host` before it',
    default: '127.0.0.1',
  }),
  listenPort: preset(whole(0, 65_535), {
    name: 'PORT',
    meaning: 'the port at which `serve` listens, 0 for any that is free; `--port` before it',
    default: '8002',
  }),
  shutdownGraceMs: preset(time(SECOND, { least: 0 }), {
    name: 'CANTATA_SHUTDOWN_GRACE_SECONDS',
    meaning:
      'how long attempts that run may go on when `serve` or `schedule keep` [is stopped](operations.md#stopping-a-service)',
    unit: 'seconds',
    default: '10',
  }),
  tokenSecret: optional(text, {
    name: 'CANTATA_JWT_SECRET',
    meaning:
      'the secret that is shared with who makes [tokens](authentication.md): 32 bytes or more; one of three ways to give keys',
    unset: 'no tokens are asked for',
    secret: true,
  }),
  tokenKeys: optional(text, {
    name: 'CANTATA_JWT_PUBLIC_KEY',
    meaning:
      'the public keys of who makes tokens: PEM, a JWK, a JWK set, or the name of a file with one of them',
    unset: 'no tokens are asked for',
    secret: true,
  }),
  tokenKeysUrl: optional(text, {
    name: 'CANTATA_JWKS_URL',
    meaning: 'where such a JWK set is fetched, over http or https',
    unset: 'no tokens are asked for',
    secret: true,
  }),
  tokenAlgorithms: optional(list, {
    name: 'CANTATA_JWT_ALGORITHMS',
    meaning: 'by which algorithms tokens may be signed: `ES256,EdDSA`',
    unset: 'all that fit the key',
  }),
  tokenIssuer: optional(text, {
    name: 'CANTATA_JWT_ISSUER',
    meaning: 'what `iss` of a token must be',
    unset: 'not looked at',
  }),
  tokenAudience: optional(list, {
    name: 'CANTATA_JWT_AUDIENCE',
    meaning: 'of what `aud` of a token must have one',
    unset: 'not looked at',
  }),
  tenantClaim: optional(text, {
    name: 'CANTATA_JWT_TENANT_CLAIM',
    meaning: 'which claim names the tenant; `a.b` is `b` inside `a`',
    unset: '`tenant`',
  }),
  defaultTenant: optional(text, {
    name: 'CANTATA_JWT_DEFAULT_TENANT',
    meaning: 'the tenant of tokens that name none',
    unset: 'they are refused',
  }),
  rolesClaim: optional(text, {
    name: 'CANTATA_JWT_ROLES_CLAIM',
    meaning: 'which claim names the roles; `a.b` is `b` inside `a`',
    unset: '`roles`, `role` and `scope`',
  }),
  allowedOrigins: optional(list, {
    name: 'CANTATA_ALLOWED_ORIGINS',
    meaning: 'whose pages may call the service from a browser (CORS), exactly: `https://app.example.com`',
    unset: 'none',
  }),
  requestsPerSecond: optional(positive(1_000_000), {
    name: 'CANTATA_REQUESTS_PER_SECOND',
    meaning: 'how many requests each caller of the service may send; more get 429',
    unit: 'requests',
    unset: 'not limited',
  }),
  requestBurst: optional(whole(1, 1_000_000), {
    name: 'CANTATA_REQUEST_BURST',
    meaning: 'how many of them at once',
    unit: 'requests',
    unset: 'those of one second',
  }),
  dataDir: optional(folder, {
    name: 'CANTATA_DATA',
    meaning: 'the data folder; `--data` and `DATABASE_URL` before it',
    unset: '`.cantata` in the project',
  }),
  server: optional(address, {
    name: 'CANTATA_SERVER',
    meaning:
      'the address of a service that [commands are about](cli.md#servers-and-contexts), in place of the data here; `--server` before it',
    unset: 'the context in use, or none',
  }),
  callerToken: optional(text, {
    name: 'CANTATA_TOKEN',
    meaning: 'the token that commands show to that service; `--token-file` before it',
    unset: 'that of the context',
    secret: true,
  }),
  maxPages: optional(whole(1, 0xfffffffe), {
    name: 'CANTATA_MAX_PAGES',
    meaning: 'the most pages of 4 KiB the database may have; beyond it nothing is accepted (`store_full`)',
    unit: 'pages',
    unset: '16 TiB',
  }),
  debug: preset(flag, {
    name: 'CANTATA_DEBUG',
    meaning: '`1` shows stacks of errors, as `--verbose` does',
    default: '0',
  }),
  isColourless: optional(mark, {
    name: 'NO_COLOR',
    meaning: 'never colours, whatever it says',
    unset: 'colours on a terminal',
  }),
  isColourful: optional(force, {
    name: 'FORCE_COLOR',
    meaning: '`1` shows colours where nobody would expect them, in a pipe',
    unset: 'colours on a terminal',
  }),
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableKey = keyof typeof VARIABLES;

/** What the environment comes to. */
export type Values = {
  readonly [Key in VariableKey]: (typeof VARIABLES)[Key] extends Variable<infer Value> ? Value : never;
};
