import { expect, it } from 'vitest';
import { Findings } from '../findings.ts';
import { Lines } from './lines.ts';
import { ReadingStopped, SyntaxReport } from './syntax-report.ts';
import { readTokens } from './tokens.ts';

it('stops reading at the limit of tokens, and shows what is not plain', () => {
  const text = `[${','.repeat(100)}]`;
  const findings = new Findings();
  const read = (maxLexemes: number): unknown =>
    readTokens(text, new SyntaxReport(findings, new Lines(text)), 7, maxLexemes);
  // The marks of the lexer count too: one opens the document.
  expect(read(103)).toMatchObject({ type: 'document' });
  expect(findings.list).toEqual([]);
  expect(() => read(102)).toThrow(ReadingStopped);
  expect(findings.list).toMatchObject([
    { code: 'document_too_large', at: 7, message: expect.stringMatching(/^with more than 102 tokens/) },
  ]);
});
