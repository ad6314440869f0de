/**
 * The supervisor as the lead of a team: splits the question, delegates the parts side by side, delegates again what
 * brought too little, and writes the report when it has seen all of it.
 */
import { type Context, defineAgent, type Json } from '@cantata/sdk';
import { z } from 'zod';
import { ResearchInput } from '../input.ts';
import { checkFindings } from '../report/check.ts';
import { Finding, ReportSummary, SubQuestion } from '../shapes.ts';
import { reportOn, splitUp } from './steps.ts';

/** Fewer passages than that are too little to choose from. */
const ENOUGH = 3;

export const leading = defineAgent({
  description:
    'Leads researchers: splits a question, looks at what they bring, asks again, writes the report.',
  input: ResearchInput,
  output: z.union([z.array(SubQuestion), ReportSummary]),
  async perform(input, context) {
    const { team } = context;
    if (team.results.length === 0) {
      const parts = await splitUp(input, context);
      for (const part of parts) team.delegate('researchers', part as unknown as Json);
      return parts;
    }
    const { first, again } = findingsOf(context);
    const standing = await checkFindings(first);
    const thin = standing.filter(({ passages }) => passages.length < ENOUGH).map(({ asked }) => wider(asked));
    // Once: what is not found in other words either is not there.
    if (thin.length > 0 && again.length === 0) {
      for (const part of thin)
        team.delegate('researchers', part as unknown as Json, { reason: `too little on: ${part.question}` });
      return thin;
    }
    return reportOn(together(standing, again), input, context);
  },
});

/** What the researchers brought, in the order in which it was delegated: the parts, and those that were asked again. */
function findingsOf({ team }: Context): { readonly first: Finding[]; readonly again: Finding[] } {
  const turns = new Map([...team.messages, ...team.results].map((result) => [result.turn, result]));
  const findings = [...turns.values()]
    .toSorted((a, b) => a.turn - b.turn)
    .flatMap(({ output }) => Finding.safeParse(output).data ?? []);
  const isFirst = ({ asked }: Finding, n: number): boolean =>
    findings.findIndex((other) => other.asked.question === asked.question) === n;
  return { first: findings.filter(isFirst), again: findings.filter((one, n) => !isFirst(one, n)) };
}

/** The same question with nothing left out: any passage that has its words, whatever side of it they show. */
function wider({ question, asked, beside }: SubQuestion): SubQuestion {
  return { facet: 'answer', question, asked: [...asked, ...beside], beside: [] };
}

/** What was found at the second look stands beside what was found at the first. */
function together(first: readonly Finding[], again: readonly Finding[]): Finding[] {
  return first.map((finding) => {
    const more = again.find(({ asked }) => asked.question === finding.asked.question)?.passages ?? [];
    const isNew = ({ file, start }: Finding['passages'][number]): boolean =>
      !finding.passages.some((one) => one.file === file && one.start === start);
    return { ...finding, passages: [...finding.passages, ...more.filter(isNew)] };
  });
}
