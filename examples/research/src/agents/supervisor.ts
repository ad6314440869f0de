/** The supervisor: splits the question at the beginning, writes the report at the end, or leads all of it. */
import { byTask, defineAgent } from '@cantata/sdk';
import { z } from 'zod';
import { ResearchInput, settingsOf } from '../input.ts';
import { Finding, ReportSummary, SubQuestion } from '../shapes.ts';
import { leading } from './leading.ts';
import { reportOn, splitUp } from './steps.ts';

const decomposing = defineAgent({
  description: 'Splits a question into sub-questions that the folder can say something about.',
  input: ResearchInput,
  output: z.array(SubQuestion).min(1).max(6),
  perform: splitUp,
});

const synthesizing = defineAgent({
  description: 'Writes a cited report from what the researchers found.',
  input: z.array(Finding),
  output: ReportSummary,
  perform: (findings, context) => reportOn(findings, settingsOf(context), context),
});

export const supervisor = byTask({ decompose: decomposing, synthesize: synthesizing, answer: leading });
