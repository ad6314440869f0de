/** How the reports of this example are told apart from files that people wrote. */

/** First line of every report. */
export const REPORT_MARK =
  '<!-- Written by the research example of Cantata; running it again replaces this file. -->';

/** A report is no source for the next one, and the only kind of file that a report may replace. */
export function isOwnReport(text: string): boolean {
  return text.startsWith(REPORT_MARK);
}
