/** What executions that are waited for are at: the words of their own first cause, behind those of who waits. */
import type { Cause } from '@cantata/core';

/** More are named, and not looked up. */
const MAX_LOOKED_UP = 5;

/** `whyOf` gives the first cause of an execution; one that does not exist yet says nothing. */
export async function withChildren(
  causes: readonly Cause[],
  whyOf: (execution: string) => Promise<Cause | undefined>,
): Promise<readonly Cause[]> {
  const known = new Map<string, Cause | undefined>();
  const told: Cause[] = [];
  for (const cause of causes) {
    const [child] = cause.code === 'waits_for_child' && cause.subject !== 'execution' ? cause.waits_for : [];
    if (child === undefined || known.size >= MAX_LOOKED_UP) {
      told.push(cause);
      continue;
    }
    if (!known.has(child)) known.set(child, await whyOf(child).catch(() => undefined));
    const of = known.get(child);
    told.push(of === undefined ? cause : { ...cause, sentence: `${cause.sentence} ${of.sentence}` });
  }
  return told;
}
