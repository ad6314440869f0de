/** From arguments to an exit code. Every error ends here and is printed here. */
import { CommanderError } from 'commander';
import { KnownPatterns } from './assemble/patterns.ts';
import { configure, type Variables } from './configuration/environment.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type Failure, failureOf, printFailure, usage } from './failure.ts';
import { ownStdout } from './own-stdout.ts';
import { createProgram } from './program.ts';
import { problemLines } from './render/problems.ts';
import { createTerminal, type Writer } from './terminal.ts';

/** What a process is given from outside; a test gives its own. */
export interface World {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly variables: Variables;
  readonly cwd: string;
}

export async function main(argv: readonly string[]): Promise<ExitCode> {
  leaveWithTheReader();
  const { writer, giveBack } = ownStdout();
  try {
    const { stderr, env } = process;
    return await execute(argv, { stdout: writer, stderr, variables: env, cwd: process.cwd() });
  } finally {
    giveBack();
  }
}

export async function execute(argv: readonly string[], world: World): Promise<ExitCode> {
  // Until the environment is read, nothing is known of the terminal.
  let err = createTerminal(world.stderr, { colours: 'never', dumbTerminal: true, plainSymbols: true });
  let stacks = argv.includes('--verbose');
  try {
    const configuration = configure(world.variables, world.cwd);
    const { environment } = configuration;
    err = createTerminal(world.stderr, environment);
    stacks ||= environment.debug;
    const out = createTerminal(world.stdout, environment);
    let code: ExitCode = EXIT.ok;
    const program = createProgram(
      { out, err, environment, configuration, cwd: world.cwd, patterns: new KnownPatterns() },
      (left) => {
        code = left;
      },
    );
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(asOptions(argv), { from: 'user' });
    return code;
  } catch (error) {
    // Help and version.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const failure = error instanceof CommanderError ? misuse(error) : failureOf(error);
    const json = argv.includes('--json');
    if (!json) for (const line of problemLines(failure.problems, err)) err.line(line);
    printFailure(failure, err, { json, stacks });
    return failure.exit;
  }
}

/** `help` and `help COMMAND`, as people type them, are `--help` and `COMMAND --help`. */
function asOptions(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  return first === 'help' ? [...rest, '--help'] : [...argv];
}

/** Commander's sentence begins with `error: ` and may have a suggestion on a second line. */
function misuse(error: CommanderError): Failure {
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const help = more.map((line) => line.replaceAll(/^\(|\)$/g, ''));
  return usage(message, ...help, 'cantata --help, or cantata COMMAND --help, says more.');
}

/** `cantata events | head` ends when head does; a run that nobody reads any more is left in order. */
function leaveWithTheReader(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.stdout.on('error', () => undefined);
    if (process.listenerCount('SIGHUP') > 0) process.emit('SIGHUP');
    else process.exit(EXIT.ok); // oxlint-disable-line unicorn/no-process-exit -- nobody is left to write to
  });
}
