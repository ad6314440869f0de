/** What a supervisor does itself: splits a question, and writes the report. */
import type { Context } from '@cantata/sdk';
import type { ResearchInput } from '../input.ts';
import { openLibrary } from '../library/library.ts';
import { paced } from '../pace.ts';
import { decompose } from '../question/decompose.ts';
import { checkFindings } from '../report/check.ts';
import { synthesize } from '../report/synthesize.ts';
import { checkTarget, writeReport } from '../report/write.ts';
import type { Finding, ReportSummary, SubQuestion } from '../shapes.ts';

export async function splitUp(
  { question, folder, report, pace_ms }: ResearchInput,
  context: Context,
): Promise<SubQuestion[]> {
  const step = paced(context, pace_ms, 2);
  await checkTarget(report);
  await step('reading the folder');
  const library = await openLibrary(folder, context.signal);
  await step(`splitting the question over ${library.files} files`);
  const parts = decompose(question, library);
  context.log.info('decomposed', { parts: parts.map((part) => part.question) });
  return parts;
}

export async function reportOn(
  findings: readonly Finding[],
  { question, folder, report, pace_ms }: ResearchInput,
  context: Context,
): Promise<ReportSummary> {
  const step = paced(context, pace_ms, 3);
  await step('checking the citations');
  const checked = await checkFindings(findings);
  await step('choosing what to quote');
  const { text, ...rest } = synthesize(question, folder, report, checked);
  await step(`writing ${report}`);
  await writeReport(report, text, context.idempotencyKey);
  return { report, ...rest, filesRead: findings[0]?.files ?? 0 };
}
