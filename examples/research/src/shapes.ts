/** What passes from task to task. It is recorded with the run, so it is plain and of modest size. */
import { z } from 'zod';

/** The sides from which a question is looked at. */
export const FACETS = ['answer', 'related', 'reasons', 'limits', 'practice'] as const;
export type Facet = (typeof FACETS)[number];

/** A stem to look for; the weight says how much it tells, from 0 to 1. */
export const WeightedTerm = z.object({
  term: z.string(),
  weight: z.number(),
  /** The word of the question that no file has and that this one is taken for. */
  insteadOf: z.string().optional(),
});
export type WeightedTerm = z.infer<typeof WeightedTerm>;

/** One part of the question: what `decompose` puts out, and what one researcher works on. */
export const SubQuestion = z.object({
  facet: z.enum(FACETS),
  question: z.string(),
  /** Stems of the words asked for. */
  asked: z.array(WeightedTerm),
  /** Stems of what goes with them: the matter of a related question, else what the folder connects with the words. */
  beside: z.array(WeightedTerm),
  /** Only what stands under this heading. */
  under: z.string().optional(),
});
export type SubQuestion = z.infer<typeof SubQuestion>;

/** A place in a file: whole lines, exactly as they stand there. */
export const Passage = z.object({
  /** As a link from the folder in which the command runs. */
  file: z.string(),
  /** First and last line, from 1. */
  start: z.number(),
  end: z.number(),
  /** The headings above it, outermost first. */
  headings: z.array(z.string()),
  kind: z.enum(['text', 'row', 'code']),
  /** The head of the table a row belongs to; the language of a piece of code. */
  head: z.string().optional(),
  /** The paragraph that introduces a piece of code. */
  lead: z.string().optional(),
  score: z.number(),
  quote: z.string(),
});
export type Passage = z.infer<typeof Passage>;

/** What one researcher brings back. */
export const Finding = z.object({
  asked: SubQuestion,
  passages: z.array(Passage),
  /** How much was read, and how many files were left out because of a limit. */
  files: z.number(),
  leftOut: z.number(),
  /** Terms that no file has. */
  missing: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** What the run puts out. The answer itself is in the file. */
export const ReportSummary = z.object({
  report: z.string(),
  /** The sentences that say most, without markup. */
  brief: z.array(z.string()).readonly(),
  words: z.number(),
  sections: z.number(),
  citations: z.number(),
  filesCited: z.number(),
  filesRead: z.number(),
});
export type ReportSummary = z.infer<typeof ReportSummary>;
