/** What executions that are waited for are at: the words of their own first cause, behind those of who waits. */
import type { Cause } from '@cantata/core';

/** More are named, and not looked up. */
const MAX_LOOKED_UP = 5;

/** `whyOf` gives the first cause of an execution, `placeOf` what keeps one that does not exist yet from beginning. */
export async function withChildren(
  causes: readonly Cause[],
  whyOf: (execution: string) => Promise<Cause | undefined>,
  placeOf: (execution: string, admission: string) => Promise<string | undefined>,
): Promise<readonly Cause[]> {
  const known = new Map<string, string | undefined>();
  const wordsOf = async (child: string, { admission }: Cause): Promise<string | undefined> => {
    const of = await whyOf(child).catch(() => undefined);
    return of?.sentence ?? (admission === undefined ? undefined : placeOf(child, admission));
  };
  const told: Cause[] = [];
  for (const cause of causes) {
    const [child] = cause.code === 'waits_for_child' && cause.subject !== 'execution' ? cause.waits_for : [];
    if (child === undefined || known.size >= MAX_LOOKED_UP) {
      told.push(cause);
      continue;
    }
    if (!known.has(child)) known.set(child, await wordsOf(child, cause));
    const words = known.get(child);
    told.push(words === undefined ? cause : { ...cause, sentence: `${cause.sentence} ${words}` });
  }
  return told;
}
