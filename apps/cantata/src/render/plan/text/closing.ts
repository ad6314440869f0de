/** The end of a plan: what is odd in the document, what is declared in vain, and what can be done next. */
import { listing } from '@cantata/core';
import { clean } from '../../text.ts';
import type { PlanReport } from '../report.ts';
import { folded, moreLines, type PlanStyle, paragraph } from './style.ts';

/** The code of what is declared and does nothing. */
const VAIN = 'declared_not_enforced';

export interface Spoken {
  /** As it was typed. */
  readonly file: string;
  /** `cantata`, or how it is called here. */
  readonly command: string;
}

const MAX_NOTICES = 6;

/** What is odd in the document, each with its line. */
export function oddLines({ notices }: PlanReport, style: PlanStyle): readonly string[] {
  const odd = notices.filter(({ code }) => code !== VAIN);
  const shown = odd.slice(0, MAX_NOTICES);
  return [
    ...shown.flatMap(({ line, message }) =>
      folded('  - ', `line ${line}: ${clean(message)}`.split(' '), {
        columns: style.columns,
        indent: 4,
        between: ' ',
      }),
    ),
    ...(odd.length > shown.length ? moreLines(`${odd.length - shown.length} more`, style, 2) : []),
  ];
}

export function closingLines(
  { notices }: PlanReport,
  style: PlanStyle,
  { file, command }: Spoken,
): readonly string[] {
  const paths = [...new Set(notices.filter(({ code }) => code === VAIN).map(({ path }) => path))];
  const vain =
    paths.length === 0
      ? []
      : [
          `Declared and without effect in this version: ${listing(paths)}. \`${command} validate ${file}\` says more.`,
        ];
  const next = `\`${command} run ${file}\` executes it, \`${command} plan ${file} --out plan.svg\` draws it.`;
  return ['', ...[...vain, next].flatMap((text) => paragraph(text, style)).map(style.paint.dim)];
}
