/** `cantata doctor`: what a machine, a project and its data are like, and what is wrong with them. */
import { createHint } from '../assemble/hint.ts';
import { dataDirOf } from '../assemble/reading.ts';
import { checkConfig } from '../doctor/config.ts';
import { checkData } from '../doctor/data.ts';
import { checkEnvironment, type Held, heldOf } from '../doctor/environment.ts';
import { type Finding, worst } from '../doctor/finding.ts';
import { checkMachine, checkTerminal } from '../doctor/machine.ts';
import { checkService } from '../doctor/service.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { clean, count } from '../render/text.ts';

export async function doctor(host: Host, options: CommonOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  const findings = [
    ...checkMachine(),
    await checkConfig(project, host.cwd),
    ...(await checkData(project, host, await createHint(host, options))),
    checkService(host),
    checkTerminal(host),
    ...checkEnvironment(host.configuration),
  ];
  const dataDir = await dataDirOf(project, { err: { ...host.err, line: () => undefined } });
  const environment = heldOf(host, options, dataDir);
  if (options.json === true) printJson(host, { state: worst(findings), findings, environment });
  else {
    printHeld(host, environment);
    printFindings(host, findings);
  }
  return findings.find(({ state }) => state === 'fail')?.exit ?? EXIT.ok;
}

function printHeld({ out }: Host, held: readonly Held[]): void {
  const names = Math.max(...held.map(({ name }) => name.length));
  const values = Math.max(...held.map(({ value }) => value.length));
  for (const { name, value, source } of held)
    out.line(`${name.padEnd(names)}  ${clean(value).padEnd(values)}  ${out.paint.dim(source)}`);
  out.line();
}

function printFindings({ out }: Host, findings: readonly Finding[]): void {
  const { green, red, yellow, dim } = out.paint;
  const paint = { ok: green, warn: yellow, fail: red };
  const columns = Math.max(...findings.map(({ subject }) => subject.length));
  for (const { state, subject, text, help } of findings) {
    out.line(`${paint[state](state.padEnd(4))}  ${subject.padEnd(columns)}  ${clean(text)}`);
    if (help !== undefined) out.line(`${' '.repeat(columns + 8)}${dim(clean(help))}`);
  }
  const bad = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const words = [
    ...(bad('fail') > 0 ? [red(`${bad('fail')} failed`)] : []),
    ...(bad('warn') > 0 ? [yellow(count(bad('warn'), 'warning'))] : []),
  ];
  out.line();
  out.line(words.length === 0 ? green('All is well.') : words.join(', '));
}
