/** The style of a drawn plan, for light and dark. No fonts and no colours from elsewhere. */
import { CRITICAL, ORDINARY, type Tone } from '../colours.ts';

const PAGE = {
  light: { paper: '#ffffff', ink: '#1b1f24', quiet: '#5b6570', grid: '#dfe4e8' },
  dark: { paper: '#14181c', ink: '#eceff2', quiet: '#9aa5b0', grid: '#2b333a' },
} as const;

type Mode = 'light' | 'dark';

function variables(mode: Mode): string {
  const { paper, ink, quiet, grid } = PAGE[mode];
  const tone = (name: string, { fill, line, text }: Tone): string =>
    `--${name}-fill:${fill};--${name}-line:${line};--${name}-text:${text}`;
  return [
    `--paper:${paper};--ink:${ink};--quiet:${quiet};--grid:${grid}`,
    tone('ordinary', ORDINARY[mode]),
    tone('critical', CRITICAL[mode]),
  ].join(';');
}

export function style(): string {
  return `<style>
svg{${variables('light')};color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{${variables('dark')}}}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
.paper{fill:var(--paper)}
.title{font-size:20px;font-weight:650}
.heading{font-size:14px;font-weight:650}
.quiet,.facts{fill:var(--quiet)}
.middle{text-anchor:middle}
.end{text-anchor:end}
.plate{fill:var(--ordinary-fill);stroke:var(--ordinary-line);stroke-width:1.3}
.name{font-size:14px;font-weight:600}
.facts{font-size:11.5px}
.name,.label{fill:var(--ordinary-text)}
.critical .plate{fill:var(--critical-fill);stroke:var(--critical-line);stroke-width:2.4}
.critical .name,.critical .label{fill:var(--critical-text)}
.conditional .plate{stroke-dasharray:6 4}
.rest .plate{fill:none;stroke:var(--quiet);stroke-dasharray:2 4}
.rest .name{fill:var(--quiet);font-weight:400}
.line{fill:none;stroke:var(--ordinary-line);stroke-width:1.4;opacity:.75}
.line.critical{stroke:var(--critical-line);stroke-width:2.6;opacity:1}
.head{fill:var(--ordinary-line)}
.head.critical{fill:var(--critical-line)}
.grid{stroke:var(--grid);fill:none}
</style>`;
}

export function arrowHeads(): string {
  const head = (id: string, name: string): string =>
    `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="${name}" d="M0 1 10 5 0 9z"/></marker>`;
  return `<defs>${head('arrow', 'head')}${head('late', 'head critical')}</defs>`;
}
