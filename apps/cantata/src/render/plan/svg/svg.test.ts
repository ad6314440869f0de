import { describe, expect, test } from 'vitest';
import { aReport, hostile, large, RESEARCH } from '../../../../test/plan/reports.ts';
import { svg } from './svg.ts';

/** The names of open elements at the end, and what is no XML on the way. */
function parse(text: string): { readonly open: readonly string[]; readonly names: ReadonlySet<string> } {
  const open: string[] = [];
  const names = new Set<string>();
  const token =
    /<(\/?)([A-Za-z][\w-]*)((?: [\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot|#39);[^"<&]*)*")*)(\/?)>|&(?:amp|lt|gt|quot|#39);|[^<>&]/gy;
  let at = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    at = token.lastIndex;
    const [, closes, name, , isEmpty] = match;
    if (name === undefined) continue;
    names.add(name);
    if (closes === '/') expect(open.pop()).toBe(name);
    else if (isEmpty !== '/') open.push(name);
  }
  expect(text.slice(at, at + 80)).toBe('');
  return { open, names };
}

describe('a plan as SVG', () => {
  const picture = svg(aReport(RESEARCH));

  test('is one well-formed document that says what it is', () => {
    expect(parse(picture).open).toEqual([]);
    expect(picture).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="\d+" viewBox=/,
    );
    expect(picture).toContain('role="img" aria-labelledby="title desc"');
    expect(picture).toContain('<title id="title">Plan of multi_agent_research 1.0</title>');
    expect(picture).toMatch(/<desc id="desc">3 tasks in 3 phases · 4 seats .* at most 3 seats at work\. /);
  });

  test('is without scripts, without anything from elsewhere, and has colours for dark', () => {
    const names = parse(picture).names;
    for (const name of ['script', 'image', 'a', 'use', 'foreignObject', 'link'])
      expect(names.has(name)).toBe(false);
    expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\((?!#)/);
    expect(picture).toContain('@media (prefers-color-scheme:dark)');
  });

  test('has a box for every task and a bar for every turn', () => {
    expect(picture.match(/class="box/g)).toHaveLength(3);
    expect(picture.match(/class="bar/g)).toHaveLength(5);
    expect(picture).toContain('<title>research[2]: 10 s to 20 s</title>');
    expect(picture.match(/class="line critical"/g)).toHaveLength(2);
  });

  test('takes names for text, whatever they are', () => {
    const { open, names } = parse(svg(hostile()));
    expect(open).toEqual([]);
    expect(names.has('script')).toBe(false);
  });

  test('of thousands of tasks is bounded, and counts what it leaves out', () => {
    const wide = svg(large(20, 250, 200));
    expect(wide.length).toBeLessThan(600_000);
    expect(wide.match(/class="box/g)?.length).toBeLessThanOrEqual(150 + 20);
    expect(wide).toContain('>243 more<');
    expect(wide).toContain('160 more seats work and are not drawn');
    const long = svg(large(3_000, 1, 1));
    expect(long).toContain('>2971 more<');
    expect(long.length).toBeLessThan(200_000);
    for (const picture of [wide, long]) expect(parse(picture).open).toEqual([]);
  });

  test('marks tasks that are conditional and piles up those that are parallel', () => {
    const when = { source: 'input.deep', reads: { input: true, tasks: [] }, evaluate: () => true };
    const picture = svg(aReport({ agents: { workers: 2 }, tasks: { a: { when, parallel: true } } }));
    expect(picture).toContain('class="box critical conditional"');
    expect(picture).toContain('class="plate under"');
  });

  test('names seats that are never used', () => {
    expect(svg(aReport({ agents: { workers: 7 } }))).toContain(
      'Never used: workers-2, workers-3, workers-4, workers-5 and 2 more',
    );
  });

  test('of a plan without tasks is well-formed too', () => {
    expect(parse(svg(aReport({ tasks: {} }))).open).toEqual([]);
  });
});
