/** What a reader sees of a piece of Markdown, and what is left when one compares two of them. */

/** Links become their text (a relative one would lead nowhere from another file), images and notes disappear. */
export function withoutLinks(markdown: string): string {
  return (
    markdown
      .replace(/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/g, '')
      .replace(/\[\^[^\]]+\]/g, '')
      // Brackets inside the text of a link may be nested once: `[list(a, [b])](#list)`.
      .replace(/\[((?:[^[\]]|\[[^[\]]*\])+)\](\([^)]*\)|\[[^\]]*\])/g, '$1')
      .replace(/<((?:https?|mailto):[^>\s]+)>/g, '$1')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

/** The words as one would read them aloud: no emphasis, no code marks, no links. */
export function bare(markdown: string): string {
  const plain = outsideCode(withoutLinks(markdown), (text) => text.replace(/[*\\]|(?<!\w)_|_(?!\w)/g, ''));
  return plain.replaceAll('`', '');
}

/** The line without what makes it a quotation, a list item or a task. */
export function withoutMarker(line: string): string {
  return line.replace(/^\s*(?:>\s?)*\s*(?:(?:[-*+]|\d{1,3}[.)])\s+)?(?:\[[ xX]\]\s+)?/, '').trimEnd();
}

/** Emphasis and code marks that lost their other half when a sentence was cut out of a paragraph are taken off. */
export function balanced(markdown: string): string {
  const whole = markdown.split('`').length % 2 === 0 ? markdown.replaceAll('`', '') : markdown;
  const prose = whole.replace(CODE, '');
  return [/\*\*/g, /(?<!\*)\*(?!\*)/g, /(?<!\w)_|_(?!\w)/g].reduce((text, mark) => {
    const isEven = (prose.match(mark)?.length ?? 0) % 2 === 0;
    return isEven ? text : outsideCode(text, (part) => part.replace(mark, ''));
  }, whole);
}

const CODE = /`[^`]*`/g;

function outsideCode(markdown: string, change: (text: string) => string): string {
  // Split by a group: every second part is code.
  return markdown
    .split(/(`[^`]*`)/)
    .map((part, n) => (n % 2 === 0 ? change(part) : part))
    .join('');
}
