/** One turn in a child process, from its start until the process is gone. Never rejects, and leaves no process behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { AgentContext, AgentOutcome, Assignment, Json } from '@cantata/core';
import { Lines } from '../protocol/lines.ts';
import { ProtocolError, readMessage } from '../protocol/message.ts';
import { requestOf } from '../protocol/request.ts';
import { failed, MAX_OUTPUT_BYTES } from '../remote.ts';
import type { ProcessOptions } from './options.ts';

const GRACE_MS = 5_000;
/** Characters of what it wrote to its standard error, for the message about its end. */
const MAX_STDERR = 2_000;

export class ChildTurn {
  readonly #options: ProcessOptions;
  readonly #assignment: Assignment;
  readonly #context: AgentContext;
  readonly #lines: Lines;
  #child: ChildProcess | undefined;
  #stderr = '';
  #grace: NodeJS.Timeout | undefined;
  #resolve: (outcome: AgentOutcome) => void = () => undefined;

  constructor(options: ProcessOptions, assignment: Assignment, context: AgentContext) {
    this.#options = options;
    this.#assignment = assignment;
    this.#context = context;
    this.#lines = new Lines(options.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  }

  async run(): Promise<AgentOutcome> {
    const { signal } = this.#context;
    if (signal.aborted) return failed('agent_aborted', wordsOf(signal.reason));
    const stop = (): void => this.#stop(signal.reason);
    try {
      return await new Promise<AgentOutcome>((resolve) => {
        this.#resolve = resolve;
        this.#start();
        signal.addEventListener('abort', stop);
      });
    } finally {
      signal.removeEventListener('abort', stop);
      this.#endSoon();
    }
  }

  #start(): void {
    const { command, args = [], cwd, env = {}, memoryMiB } = this.#options;
    const [program, ...rest] =
      memoryMiB === undefined ? [command, ...args] : bounded(memoryMiB, command, args);
    // A group of its own: what it starts is ended with it.
    const child = spawn(program as string, rest, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    child.on('error', (error) => this.#resolve(unstartable(command, error)));
    // Without what it has started: that would hold its streams open, and outlive it.
    child.on('exit', () => kill(child.pid as number, 'SIGKILL'));
    child.on('close', (code, by) => this.#ended(code, by));
    // A program that does not read is seen by its end.
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Uint8Array) => this.#read(() => this.#lines.add(chunk)));
    child.stdout.on('end', () => this.#read(() => this.#lines.end()));
    child.stderr.on('data', (chunk: Uint8Array) => {
      this.#stderr = (this.#stderr + Buffer.from(chunk).toString('utf8')).slice(-MAX_STDERR);
    });
    this.#tell(requestOf(this.#assignment));
  }

  #read(lines: () => readonly string[]): void {
    try {
      for (const line of lines()) this.#hear(line);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#resolve(failed('agent_protocol', error.message, 'never'));
    }
  }

  #hear(line: string): void {
    const message = readMessage(line, this.#context);
    if (message.type === 'final') this.#resolve(message.outcome);
    if (message.type !== 'keep') return;
    const { id, key, value } = message;
    this.#context.keep(key, value).then(
      (kept) => this.#tell({ type: 'kept', id, key, value: kept }),
      (error: unknown) => this.#tell({ type: 'not_kept', id, key, message: wordsOf(error) }),
    );
  }

  #tell(message: { readonly [field: string]: Json }): void {
    const stdin = this.#child?.stdin;
    if (stdin?.writable === true) stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** It is asked first, and ended when its time is over: see `#endSoon`. */
  #stop(reason: unknown): void {
    const message = wordsOf(reason);
    this.#tell({ type: 'cancel', reason: message });
    this.#child?.stdin?.end();
    this.#grace = setTimeout(
      () => this.#resolve(failed('agent_aborted', message)),
      this.#options.graceMs ?? GRACE_MS,
    );
  }

  #ended(code: number | null, by: NodeJS.Signals | null): void {
    const { signal } = this.#context;
    if (signal.aborted) return this.#resolve(failed('agent_aborted', wordsOf(signal.reason)));
    const how = by === null ? `with the code ${code}` : `by ${by}`;
    const said = this.#stderr.trim();
    const words = `the program ended ${how} and gave no answer${said === '' ? '' : `: ${said}`}`;
    this.#resolve(failed('agent_exited', words));
  }

  /** Whoever has answered may end by itself; whoever does not, is ended with all that it started. */
  #endSoon(): void {
    clearTimeout(this.#grace);
    const child = this.#child;
    const pid = child?.pid;
    if (child === undefined || pid === undefined || child.exitCode !== null || child.signalCode !== null)
      return;
    child.stdin?.end();
    if (this.#context.signal.aborted) return kill(pid, 'SIGKILL');
    const timer = setTimeout(() => kill(pid, 'SIGKILL'), this.#options.graceMs ?? GRACE_MS);
    child.once('close', () => clearTimeout(timer));
  }
}

/** The bound is set by the shell, which then becomes the program; its arguments are handed over as they are. */
function bounded(memoryMiB: number, command: string, args: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', `ulimit -v ${Math.floor(memoryMiB * 1_024)} && exec "$0" "$@"`, command, ...args];
}

function unstartable(command: string, error: Error): AgentOutcome {
  const isMissing = 'code' in error && error.code === 'ENOENT';
  const what = isMissing
    ? 'there is no such program or folder; it is looked for in the PATH of `env`, else in /usr/bin and /bin'
    : error.message;
  return failed(
    'agent_unreachable',
    `${command} cannot be started: ${what}`,
    isMissing ? 'never' : undefined,
  );
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It is gone.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function wordsOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
