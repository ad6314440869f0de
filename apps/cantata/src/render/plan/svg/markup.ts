/** Pieces of SVG: escaped text, rounded numbers, and how wide a text is likely to be. */

/** Text and attribute values. Characters that XML 1.0 does not know, and lone surrogates, become U+FFFD. */
export function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** An element with escaped attributes. `content` is markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content = '',
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(typeof value === 'number' ? round(value) : String(value))}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export function words(
  text: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
): string {
  return element('text', attributes, escape(text));
}

export function round(n: number): string {
  return String(Number(n.toFixed(1)));
}

/** Pixels, for the sans-serif fonts of browsers; on the generous side, as nobody knows which one it will be. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += emOf(character);
  return ems * fontSize;
}

function emOf(character: string): number {
  if (/[iljtfrI.,:;|!'()[\] ]/.test(character)) return 0.38;
  if (/[mwMW@%…]/.test(character)) return 0.95;
  if (/[A-Z×≈]/.test(character)) return 0.72;
  return /[\u0000-\u024F]/.test(character) ? 0.6 : 1.1;
}

/** The text cut to so many pixels. */
export function fitted(text: string, pixels: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= pixels) return text;
  let kept = '';
  for (const character of text) {
    if (textWidth(`${kept}${character}…`, fontSize) > pixels) break;
    kept += character;
  }
  return kept === '' ? '' : `${kept.trimEnd()}…`;
}
