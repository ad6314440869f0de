// The command inside the process of the test: fast, and seen by the coverage. What needs a death is in test/e2e.
import { setTimeout as sleep } from 'node:timers/promises';
import { execute } from '../src/main.ts';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Makes standard output a terminal of this size. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

export interface Call {
  readonly ended: Promise<Result>;
  /** Resolves with the match when either stream holds one; rejects when the command ends before. */
  until(pattern: RegExp): Promise<string>;
}

export function begin(args: readonly string[], { cwd, variables = {}, terminal }: CallOptions): Call {
  const texts = { out: '', err: '' };
  let hasEnded = false;
  const writer = (stream: 'out' | 'err') => ({
    ...(stream === 'out' && terminal !== undefined ? { isTTY: true, ...terminal } : {}),
    write(text: string): void {
      texts[stream] += text;
    },
  });
  const ended = execute(args, { stdout: writer('out'), stderr: writer('err'), variables, cwd }).then(
    (code) => {
      hasEnded = true;
      return { code, ...texts };
    },
  );
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const [match] = pattern.exec(texts.out) ?? pattern.exec(texts.err) ?? [];
      if (match !== undefined) return match;
      if (hasEnded) throw new Error(`ended before ${pattern}:\n${texts.out}\n${texts.err}`);
      await sleep(5);
    }
  };
  return { ended, until };
}

export function cantata(args: readonly string[], options: CallOptions): Promise<Result> {
  return begin(args, options).ended;
}
