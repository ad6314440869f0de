/** The commands, their arguments and options, and the help. What a command does is in its own file, loaded when it is called. */
import { RETRY_POLICY_NAMES, type RetryPolicyName } from '@cantata/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { requireSound } from './configuration/environment.ts';
import { parseDuration } from './duration.ts';
import type { ExitCode } from './exit.ts';
import { usage } from './failure.ts';
import type { Host } from './host.ts';
import { atLeastOne, wholeNumber } from './numbers.ts';
import { PLAN_FORMATS } from './plan-formats.ts';
import { addByHand } from './program-by-hand.ts';
import { addData } from './program-data.ts';
import { addSchedules } from './program-schedules.ts';
import { addService } from './program-service.ts';
import { VERSION } from './version.ts';

/** They neither execute nor look at what was executed: what the environment says wrong about that is not their business. */
const UNCONFIGURED: ReadonlySet<string> = new Set(['init', 'validate', 'format', 'schema', 'doctor']);

/** They are about files, or the data of this machine. */
const HERE: ReadonlySet<string> = new Set(
  [
    ['init', 'validate', 'plan', 'format', 'schema', 'export', 'import', 'doctor'],
    ['serve', 'token', 'backup', 'restore', 'schedule keep'],
  ].flat(),
);

/** `schedule set`. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** A program whose commands leave their exit code with `done`. */
export function createProgram(host: Host, done: (code: ExitCode) => void): Command {
  const program = new Command('cantata');
  program
    .description('Run, watch and explain multi-agent workflows. No run ever hangs silently.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help, or that of a command')
    .helpCommand(false)
    .showSuggestionAfterError()
    // What stands behind the name of a command is for that one.
    .enablePositionalOptions()
    .hook('preAction', (_, command) => {
      const { server } = command.opts<{ readonly server?: string }>();
      if (server !== undefined && HERE.has(pathOf(command)))
        throw usage(`\`cantata ${pathOf(command)}\` works with what is here, not with a server`);
      if (!UNCONFIGURED.has(command.name())) requireSound(host.configuration);
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.out.writer.write(text),
      // Errors of usage are thrown, and printed like all others.
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(100, host.out.columns),
      getOutHasColors: () => host.out.paint.isColorSupported,
    })
    .addHelpText(
      'after',
      `\nExit codes: 0 done, 1 failed, 2 invalid, 3 cancelled, 4 data or parked, 5 conflict, 130 interrupted.`,
    );

  const add = (signature: string, description: string): Command =>
    withCommon(program.command(signature).description(description));
  const withCommon = (command: Command): Command =>
    command
      .option('--json', 'print JSON, for programs')
      .option('--data <dir>', 'where executions are kept (CANTATA_DATA)')
      .option('--config <file>', 'the configuration, if it is not found by itself')
      .option('--server <url>', 'of a service, in place of the data here (CANTATA_SERVER)')
      .option('--token-file <file>', 'with --server: who you are (CANTATA_TOKEN)')
      .option('--verbose', 'show the whole log, and stacks of errors');

  const on = <Arguments extends readonly unknown[]>(
    command: Command,
    act: (...args: Arguments) => Promise<ExitCode> | ExitCode,
  ): void => {
    command.action(async (...args: unknown[]) =>
      done(await act(...(args.slice(0, -1) as unknown as Arguments))),
    );
  };

  const bulky = (command: Command): Command =>
    command
      .option('--all', 'every execution that matches, in place of one')
      .option('--workflow <name>', 'with --all: of this workflow')
      .option('--status <status>', 'with --all: of this status; may be repeated', collect)
      .option('--tag <tag>', 'with --all: of workflows with this tag')
      .option('--yes', 'with --all: do it; without, they are only listed');

  const oneOrAll = async (
    verb: 'pause' | 'resume' | 'cancel' | 'retry',
    id: string | undefined,
    options: Bulk,
    one: (id: string) => Promise<ExitCode>,
  ): Promise<ExitCode> => {
    const all = (await import('./commands/bulk.ts')).bulkOf(host, verb, id, options);
    if (all !== undefined) return all;
    if (id === undefined) throw usage(`which execution? cantata ${verb} ID, or cantata ${verb} --all`);
    return one(id);
  };

  program.commandsGroup('Workflows:');
  on<InitArguments>(
    add('init [dir]', 'write a workflow that runs: a small one, or an example')
      .option('--example <name>', 'one of the examples, in place of the small one')
      .option('--examples', 'only say which examples there are')
      .option('--force', 'replace files that are there'),
    async (dir, options) => (await import('./commands/init.ts')).init(host, dir, options),
  );
  on<ValidateArguments>(
    add('validate [file...]', 'report everything that is wrong with workflows')
      .option('--watch', 'say it again whenever something changes, until Ctrl-C')
      .option('--staged', 'what is staged in git: the named files, else all that change'),
    async (files, options) => (await import('./commands/validate.ts')).validate(host, files, options),
  );
  on<PlanArguments>(
    add('plan <file>', 'show what would happen, in which order, by whom')
      .addOption(new Option('--format <form>', 'how it is shown').choices(PLAN_FORMATS))
      .option('--out <file>', 'write it there; its ending says the format')
      .option('--seats <group=n>', 'what if that group had n seats? may be repeated', collect)
      .option('--limit-cpu <cores>', 'at most so many cores at once: 4, "500m"')
      .option('--limit-memory <bytes>', 'at most so much memory at once: 8GB, 1.5Gi'),
    async (file, options) => (await import('./commands/plan.ts')).plan(host, file, options),
  );
  on<RunArguments>(
    add('run <file>', 'execute a workflow and show it to its end')
      .option('--input <json>', 'its input: JSON, @file, or - for standard input')
      .option('--set <key=value>', 'one value of the input; may be repeated', collect)
      .addOption(
        new Option('--timeout <time>', 'the longest it may take: 90s, 10m, 1h30m').argParser(parseDuration),
      )
      .addOption(new Option('--retry-policy <name>', 'for tasks that name none').choices(RETRY_POLICY_NAMES))
      .option('--quiet', 'print the output and nothing else'),
    async (file, options) => (await import('./commands/run.ts')).run(host, file, options),
  );

  on<FormatArguments>(
    add('format <file...>', 'put workflows into the style of the language').option(
      '--check',
      'write nothing; exit 2 if something would change',
    ),
    async (files, options) => (await import('./commands/format.ts')).format(host, files, options),
  );
  on<SchemaArguments>(
    add('schema', 'print the JSON Schema of the language, for editors').option(
      '--out <file>',
      'write it there',
    ),
    async (options) => (await import('./commands/schema.ts')).schema(host, options),
  );

  const patterns = add('patterns [name]', 'list the patterns a workflow can name, or say all about one');
  patterns.enablePositionalOptions();
  on<PatternsArguments>(patterns, async (name, options) =>
    (await import('./commands/patterns.ts')).patterns(host, name, options),
  );
  on<PatternStatsArguments>(
    withCommon(
      patterns
        .command('stats [id]')
        .description('how effective they are: of one execution, or of the newest'),
    ).option('--limit <n>', 'of so many executions, the newest first', atLeastOne, 100),
    async (id, options) => (await import('./commands/pattern-stats.ts')).stats(host, id, options),
  );
  on<SwitchArguments>(
    withCommon(
      patterns
        .command('switch <id> <task>')
        .description('another pattern goes on with a team that is at work on a task or item'),
    )
      .requiredOption('--to <pattern>', 'its name')
      .option('--options <json>', 'what it lets one choose: JSON, @file, or - for standard input')
      .option('--reason <text>', 'why, for whoever asks'),
    async (id, place, options) =>
      (await import('./commands/switch-pattern.ts')).switchPattern(host, id, place, options),
  );

  program.commandsGroup('Executions (ID: an id, its first 6 characters or more, or `last`):');
  on<ResumeArguments>(
    bulky(add('resume [id]', 'go on with what was interrupted, paused or parked')).option(
      '--quiet',
      'print the output and nothing else',
    ),
    (id, options) =>
      oneOrAll('resume', id, options, async (one) =>
        (await import('./commands/resume.ts')).resume(host, one, options),
      ),
  );
  on<ReasonArguments>(
    bulky(add('pause [id]', 'let running attempts finish and start nothing new')).option(
      '--reason <text>',
      'why, for whoever asks',
    ),
    (id, options) =>
      oneOrAll('pause', id, options, async (one) =>
        (await import('./commands/pause.ts')).pause(host, one, options),
      ),
  );
  on<CancelArguments>(
    bulky(add('cancel [id]', 'stop its agents and end it, or one task of it'))
      .option('--task <task>', 'only this task, or item: research, "research[2]"')
      .option('--region', 'with --task: and what only exists because of it')
      .option('--reason <text>', 'why, for whoever asks'),
    (id, options) =>
      oneOrAll('cancel', id, options, async (one) =>
        (await import('./commands/cancel.ts')).cancel(host, one, options),
      ),
  );
  on<DeleteArguments>(
    add('delete <id>', 'remove what has ended, with its log and its values')
      .option('--yes', 'do it; else only say what it would be')
      .option('--reason <text>', 'why, for whoever asks'),
    async (id, options) => (await import('./commands/delete.ts')).deleteExecution(host, id, options),
  );
  on<RetryArguments>(
    bulky(add('retry [id]', 'go on with what has failed or was cancelled, from there'))
      .option('--task <task>', 'run this one again, too; may be repeated', collect)
      .option('--new-key', 'under new idempotency keys')
      .option('--reason <text>', 'why, for whoever asks')
      .option('--quiet', 'print the output and nothing else'),
    (id, options) =>
      oneOrAll('retry', id, options, async (one) =>
        (await import('./commands/retry.ts')).retry(host, one, options),
      ),
  );
  on<TellArguments>(
    add('signal <id> [name] [json]', 'tell it something that a task of it waits for')
      .option('--id <text>', 'by which it is known when it is sent twice')
      .option('--key <key>', 'to whichever waits for it under this key: signal --key KEY NAME [JSON]')
      .addOption(
        new Option('--keep <time>', 'with --key: how long it is kept where nobody waits yet').argParser(
          parseDuration,
        ),
      ),
    async (id, name, json, options) => {
      const { signal, signalKey } = await import('./commands/signal.ts');
      const { key } = options;
      if (key !== undefined) return signalKey(host, id, name, { ...options, key });
      if (name === undefined) throw new InvalidArgumentError('It needs the name of a signal.');
      return signal(host, id, name, json, options);
    },
  );
  on<SignalArguments>(
    add('publish <id> <topic> [json]', 'an event, for every task of it that needs one').option(
      '--id <text>',
      'by which it is known when it is sent twice',
    ),
    async (id, topic, json, options) =>
      (await import('./commands/publish.ts')).publish(host, id, topic, json, options),
  );
  on<ApproveArguments>(
    add('approve <id> <task>', 'answer what a task asks')
      .option('--output <json>', 'the answer: JSON, @file, or - for standard input')
      .option('--reject', 'say no')
      .option('--reason <text>', 'why, for whoever asks'),
    async (id, place, options) => (await import('./commands/approve.ts')).approve(host, id, place, options),
  );
  on<ForkArguments>(
    add('fork <id>', 'a new execution that goes on where that one had come to')
      .option('--from <task>', 'do this task, and what comes after it, anew')
      .option('--checkpoint <id>', 'as it was at this checkpoint')
      .option('--input <json>', 'another input of the workflow: JSON, @file, or -')
      .option('--set <key=value>', 'one value of another input; may be repeated', collect)
      .option('--task-input <json>', 'what the task of --from works on')
      .option('--quiet', 'print the output and nothing else'),
    async (id, options) => (await import('./commands/fork.ts')).fork(host, id, options),
  );
  on<UpgradeArguments>(
    add('upgrade <id> [file]', 'go on with it by another version of its workflow')
      .option('--to <version>', 'a version that was run here, in place of a file')
      .option('--dry-run', 'only say what would come of it')
      .option('--force', 'stop tasks that are at work and were changed or removed')
      .option('--reason <text>', 'why, for whoever asks'),
    async (id, file, options) => (await import('./commands/upgrade.ts')).upgrade(host, id, file, options),
  );
  addByHand(program, { host, on, withCommon });

  program.commandsGroup('Schedules:');
  addSchedules(program, { host, on, withCommon });

  program.commandsGroup('Data:');
  addData(program, { host, on, withCommon });

  program.commandsGroup('Service:');
  addService(program, { host, on, withCommon });

  program.commandsGroup('Looking:');
  on<ListArguments>(
    add('list', 'what was executed here, the newest first')
      .option('--open', 'only what has not ended')
      .option('--workflow <name>', 'only of this workflow')
      .option('--tag <tag>', 'only of workflows with this tag')
      .option('--limit <n>', 'at most so many', atLeastOne, 20),
    async (options) => (await import('./commands/list.ts')).list(host, options),
  );
  on<StatusArguments>(
    add('status <id>', 'the tasks of an execution and what they took').option(
      '--output',
      'print its output, whole',
    ),
    async (id, options) => (await import('./commands/status.ts')).status(host, id, options),
  );
  on<OneArgument>(add('why <id>', 'what it and each of its tasks waits for'), async (id, options) =>
    (await import('./commands/why.ts')).why(host, id, options),
  );
  on<EventsArguments>(
    add('events <id>', 'everything that happened')
      .option('--follow', 'go on until it ends')
      .option('--after <n>', 'only events after this sequence', wholeNumber),
    async (id, options) => (await import('./commands/events.ts')).events(host, id, options),
  );
  on<WatchArguments>(
    add('watch <id>', 'show it while it goes on, without a part in it').option(
      '--quiet',
      'print the output and nothing else',
    ),
    async (id, options) => (await import('./commands/watch.ts')).watch(host, id, options),
  );
  on<[options: Common]>(
    add('agents', 'who is bound to each agent type, and whose circuit is open'),
    async (options) => (await import('./commands/agents.ts')).agents(host, options),
  );
  on<DoctorArguments>(add('doctor', 'check this machine, the project and its data'), async (options) =>
    (await import('./commands/doctor.ts')).doctor(host, options),
  );
  return program;
}

type Bulk = import('./commands/bulk.ts').BulkOptions;
type Common = import('./host.ts').CommonOptions;
type OneArgument = [named: string, options: Common];
type InitArguments = [dir: string | undefined, options: import('./commands/init.ts').InitOptions];
type ValidateArguments = [files: string[], options: import('./commands/validate.ts').ValidateOptions];
type PlanArguments = [file: string, options: import('./commands/plan.ts').PlanOptions];
type RunArguments = [
  file: string,
  options: import('./commands/run.ts').RunOptions & { retryPolicy?: RetryPolicyName },
];
type FormatArguments = [files: string[], options: import('./commands/format.ts').FormatOptions];
type PatternsArguments = [name: string | undefined, options: import('./host.ts').CommonOptions];
type SchemaArguments = [options: import('./commands/schema.ts').SchemaOptions];
type ResumeArguments = [id: string | undefined, options: Bulk & import('./commands/resume.ts').ResumeOptions];
type ReasonArguments = [id: string | undefined, options: Bulk & import('./commands/pause.ts').ReasonOptions];
type DeleteArguments = [id: string, options: import('./commands/delete.ts').DeleteOptions];
type RetryArguments = [named: string | undefined, options: Bulk & import('./commands/retry.ts').RetryOptions];
type TellArguments = [
  id: string,
  name: string | undefined,
  json: string | undefined,
  options: import('./commands/signal.ts').SignalOptions & { key?: string; keep?: number },
];
type SignalArguments = [
  named: string,
  name: string,
  json: string | undefined,
  options: import('./commands/signal.ts').SignalOptions,
];
type ApproveArguments = [
  named: string,
  place: string,
  options: import('./commands/approve.ts').ApproveOptions,
];
type ForkArguments = [named: string, options: import('./commands/fork.ts').ForkOptions];
type UpgradeArguments = [
  named: string,
  file: string | undefined,
  options: import('./commands/upgrade.ts').UpgradeOptions,
];
type CancelArguments = [
  named: string | undefined,
  options: Bulk & import('./commands/cancel.ts').CancelOptions,
];
type SwitchArguments = [
  named: string,
  place: string,
  options: import('./commands/switch-pattern.ts').SwitchOptions,
];
type PatternStatsArguments = [
  id: string | undefined,
  options: import('./commands/pattern-stats.ts').PatternStatsOptions,
];
type ListArguments = [options: import('./commands/list.ts').ListOptions];
type StatusArguments = [id: string, options: import('./commands/status.ts').StatusOptions];
type EventsArguments = [id: string, options: import('./commands/events.ts').EventsOptions];
type WatchArguments = [id: string, options: import('./commands/watch.ts').WatchOptions];
type DoctorArguments = [options: Common];

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
