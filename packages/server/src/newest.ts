/** The newest version of each workflow. */
import type { WorkflowVersion } from '@cantata/core';

/** Of versions as the store lists them: by name, the newest of each last. */
export function newestOfEach(versions: readonly WorkflowVersion[]): readonly WorkflowVersion[] {
  return versions.filter(({ name }, n) => versions[n + 1]?.name !== name);
}
