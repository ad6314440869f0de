/** The end of a plan: what is odd in the document, and what can be done next. */
import type { PlanReport } from '@cantata/definition';
import { clean } from '../../text.ts';
import { folded, moreLines, type PlanStyle, paragraph } from './style.ts';

export interface Spoken {
  /** As it was typed. */
  readonly file: string;
  /** `cantata`, or how it is called here. */
  readonly command: string;
}

const MAX_NOTICES = 6;

/** What is odd in the document, each with its line. */
export function oddLines({ notices: odd }: PlanReport, style: PlanStyle): readonly string[] {
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

export function closingLines(style: PlanStyle, { file, command }: Spoken): readonly string[] {
  const next = `\`${command} run ${file}\` executes it, \`${command} plan ${file} --out plan.svg\` draws it.`;
  return ['', ...paragraph(next, style).map(style.paint.dim)];
}
