/** `cantata doctor`: what a machine, a project and its data are like, and what is wrong with them. */
import { createHint } from '../assemble/hint.ts';
import { checkConfig } from '../doctor/config.ts';
import { checkData } from '../doctor/data.ts';
import { type Finding, worst } from '../doctor/finding.ts';
import { checkMachine, checkTerminal } from '../doctor/machine.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { clean, count } from '../render/text.ts';

export async function doctor(host: Host, options: CommonOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  const findings = [
    ...checkMachine(),
    await checkConfig(project, host.cwd),
    ...(await checkData(project, host, await createHint(host, options))),
    checkTerminal(host),
  ];
  if (options.json === true) printJson(host, { state: worst(findings), findings });
  else printFindings(host, findings);
  return findings.find(({ state }) => state === 'fail')?.exit ?? EXIT.ok;
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
