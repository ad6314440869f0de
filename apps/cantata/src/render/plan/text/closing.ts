/** The end of a plan: what is declared in vain, and what can be done next. */
import { listing } from '@cantata/core';
import type { PlanReport } from '../report.ts';
import { type PlanStyle, paragraph } from './style.ts';

export interface Spoken {
  /** As it was typed. */
  readonly file: string;
  /** `cantata`, or how it is called here. */
  readonly command: string;
}

export function closingLines(
  { notices }: PlanReport,
  style: PlanStyle,
  { file, command }: Spoken,
): readonly string[] {
  const paths = [...new Set(notices.map(({ path }) => path))];
  const vain =
    paths.length === 0
      ? []
      : [
          `Declared and without effect in this version: ${listing(paths)}. \`${command} validate ${file}\` says more.`,
        ];
  const next = `\`${command} run ${file}\` executes it, \`${command} plan ${file} --out plan.svg\` draws it.`;
  return ['', ...[...vain, next].flatMap((text) => paragraph(text, style)).map(style.paint.dim)];
}
