/** `cantata why ID`: what an execution and each of its tasks waits for, in sentences. */
import { createHint } from '../assemble/hint.ts';
import { createReader, readerOf } from '../assemble/reader.ts';
import { readingOne } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { findExecution } from '../ids.ts';
import { asTyped } from '../render/sentence.ts';
import { clean } from '../render/text.ts';

export async function why(host: Host, named: string, options: CommonOptions): Promise<ExitCode> {
  return readingOne(host, options, async (store) => {
    const { executionId } = await findExecution(store, named);
    const hint = await createHint(host, options);
    const causes = await createReader(store, readerOf(host)).why(executionId);
    if (options.json === true) printJson(host, { execution_id: executionId, causes });
    else {
      for (const { subject, sentence } of causes) {
        const text = asTyped(clean(sentence), hint);
        host.out.line(subject === 'execution' ? text : `  ${text}`);
      }
    }
    return EXIT.ok;
  });
}
