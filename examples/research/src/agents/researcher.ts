/** A researcher: looks up one sub-question and brings back passages with file and line. */
import { defineAgent } from '@cantata/sdk';
import { find } from '../find.ts';
import { settingsOf } from '../input.ts';
import { openLibrary } from '../library/library.ts';
import { paced } from '../pace.ts';
import { Finding, SubQuestion } from '../shapes.ts';

export const researcher = defineAgent({
  description: 'Searches a folder of text and quotes passages.',
  input: SubQuestion,
  output: Finding,
  async perform(part, context) {
    const { folder, pace_ms } = settingsOf(context);
    const step = paced(context, pace_ms, 4);
    await step('opening the library');
    const library = await openLibrary(folder, context.signal);
    await step(`searching ${library.passages.length} passages`);
    const passages = find(library, part);
    await step(`found ${passages.length} passages`);
    const missing = part.asked.map(({ term }) => term).filter((term) => !library.frequency.has(term));
    await step('quoting them');
    return { asked: part, passages, files: library.files, leftOut: library.leftOut, missing };
  },
});
