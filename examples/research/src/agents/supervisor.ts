/** The supervisor: splits the question at the beginning, writes the report at the end. */
import { byTask, defineAgent } from '@cantata/sdk';
import { z } from 'zod';
import { ResearchInput, settingsOf } from '../input.ts';
import { openLibrary } from '../library/library.ts';
import { paced } from '../pace.ts';
import { decompose } from '../question/decompose.ts';
import { checkFindings } from '../report/check.ts';
import { synthesize } from '../report/synthesize.ts';
import { checkTarget, writeReport } from '../report/write.ts';
import { Finding, ReportSummary, SubQuestion } from '../shapes.ts';

const decomposing = defineAgent({
  description: 'Splits a question into sub-questions that the folder can say something about.',
  input: ResearchInput,
  output: z.array(SubQuestion).min(1).max(6),
  async perform({ question, folder, report, pace_ms }, context) {
    const step = paced(context, pace_ms, 2);
    await checkTarget(report);
    await step('reading the folder');
    const library = await openLibrary(folder, context.signal);
    await step(`splitting the question over ${library.files} files`);
    const parts = decompose(question, library);
    context.log.info('decomposed', { parts: parts.map((part) => part.question) });
    return parts;
  },
});

const synthesizing = defineAgent({
  description: 'Writes a cited report from what the researchers found.',
  input: z.array(Finding),
  output: ReportSummary,
  async perform(findings, context) {
    const { question, folder, report, pace_ms } = settingsOf(context);
    const step = paced(context, pace_ms, 3);
    await step('checking the citations');
    const checked = await checkFindings(findings);
    await step('choosing what to quote');
    const { text, ...rest } = synthesize(question, folder, report, checked);
    await step(`writing ${report}`);
    await writeReport(report, text, context.idempotencyKey);
    return { report, ...rest, filesRead: findings[0]?.files ?? 0 };
  },
});

export const supervisor = byTask({ decompose: decomposing, synthesize: synthesizing });
