/**
 * The colours of a drawn plan. Two of the palette of Okabe and Ito (2008), which people tell apart however they see
 * colours; the critical path is also marked by thicker lines, never by colour alone.
 */
export interface Tone {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
}

export interface Tones {
  readonly light: Tone;
  readonly dark: Tone;
}

export const ORDINARY: Tones = {
  light: { fill: '#e3f0f9', line: '#0072b2', text: '#10222e' },
  dark: { fill: '#12303f', line: '#56b4e9', text: '#e4eef4' },
};

export const CRITICAL: Tones = {
  light: { fill: '#fde7d3', line: '#d55e00', text: '#2e1a0b' },
  dark: { fill: '#43260f', line: '#ff9a4d', text: '#fbeadd' },
};
