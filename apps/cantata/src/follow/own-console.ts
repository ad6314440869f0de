/** Agents run in this process and may print. What they print must neither tear the tree nor mix with JSON. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';

/** Sends what is printed with `console` to `line`, one line at a time. Returns a function that gives it back. */
export function ownConsole(line: (text: string) => void): () => void {
  const before = globalThis.console;
  let rest = '';
  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) line(text);
      done();
    },
  });
  globalThis.console = new Console({ stdout: sink, stderr: sink, colorMode: false });
  return () => {
    globalThis.console = before;
    if (rest !== '') line(rest);
  };
}
