/** Ctrl-C and its kin: the first asks the command to leave in order, the second leaves at once. */
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A terminal sends Ctrl-C to every process of its group, and npm sends it on to its child: one press arrives twice
 * within milliseconds. Nobody presses that fast.
 */
const SAME_PRESS_MS = 150;

/** What `during` throws. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

export interface Interrupts {
  /** @throws Interrupted as soon as somebody wants to leave, Failure for an uncaught error; the work itself goes on. */
  during<T>(work: Promise<T>): Promise<T>;
  close(): void;
}

export interface InterruptOptions {
  /** Called with what an agent's forgotten promise failed with: worth a word, not worth the run. */
  readonly onStray?: (error: unknown) => void;
}

export function listenForInterrupts({ onStray }: InterruptOptions = {}): Interrupts {
  let first: number | undefined;
  let isClosed = false;
  let interrupt: (reason: Error) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  interrupted.catch(() => undefined);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isClosed) return;
    if (first === undefined) {
      first = performance.now();
      interrupt(new Interrupted(signal));
    } else if (performance.now() - first > SAME_PRESS_MS) leaveAtOnce();
  };
  const unlisten = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onUncaught = (error: Error): void => interrupt(uncaught(error));
  const onRejection = (error: unknown): void => onStray?.(error);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', onUncaught);
  if (onStray !== undefined) process.on('unhandledRejection', onRejection);
  return {
    during: (work) => Promise.race([work, interrupted]),
    close: () => {
      isClosed = true;
      // After the first press the process is on its way out: the same press, arriving late, must not kill it there.
      if (first === undefined) unlisten();
      else setTimeout(unlisten, SAME_PRESS_MS).unref();
      process.off('uncaughtException', onUncaught);
      process.off('unhandledRejection', onRejection);
    },
  };
}

function leaveAtOnce(): void {
  // oxlint-disable-next-line unicorn/no-process-exit -- whoever presses twice does not want to wait for anything
  process.exit(EXIT.interrupted);
}

/** Thrown past every `catch`, by an agent's callback as a rule: nothing is certain any more in this process. */
function uncaught(error: Error): Failure {
  return new Failure('uncaught', `an error that nothing caught ended this process: ${error.message}`, {
    help: ['Most often an agent throws in a callback. What had finished is kept; --verbose shows the stack.'],
    cause: error,
  });
}
