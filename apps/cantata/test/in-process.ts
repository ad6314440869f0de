// The command inside the process of the test: fast, and seen by the coverage. What needs signals or a death is in process.ts.
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

export async function cantata(
  args: readonly string[],
  { cwd, variables = {}, terminal }: CallOptions,
): Promise<Result> {
  const texts = { out: '', err: '' };
  const writer = (stream: 'out' | 'err') => ({
    ...(stream === 'out' && terminal !== undefined ? { isTTY: true, ...terminal } : {}),
    write(text: string): void {
      texts[stream] += text;
    },
  });
  const code = await execute(args, { stdout: writer('out'), stderr: writer('err'), variables, cwd });
  return { code, ...texts };
}
