/** The patterns that a tenant has registered, in their newest versions. */
import type { JsonObject, PatternVersion, Store } from '@cantata/core';
import {
  EmbeddedPatterns,
  type ParsedPattern,
  type PatternDocuments,
  parsePattern,
} from '@cantata/definition';

/** For one document: what it names of them becomes a part of it. */
export async function registeredPatterns(
  { patterns }: Pick<Store, 'patterns'>,
  tenant: string,
): Promise<EmbeddedPatterns> {
  return new EmbeddedPatterns(documentsOf(await patterns.list(tenant)));
}

/** Read when they are asked for: most documents name none. Of each name the last of the list. */
function documentsOf(versions: readonly PatternVersion[]): PatternDocuments {
  const newest = new Map(versions.map((version) => [version.name, version]));
  return {
    get(name) {
      const version = newest.get(name);
      const parsed = version === undefined ? undefined : storedPattern(version);
      return parsed?.kind === 'valid' ? parsed : undefined;
    },
    keys: () => newest.keys(),
  };
}

/** It was valid when it was registered, and may not be for another release. */
export function storedPattern({ document }: PatternVersion): ParsedPattern {
  return parsePattern(document);
}

/** Of versions as the store lists them: by name, the newest of each last. */
export function newestPatterns(versions: readonly PatternVersion[]): readonly PatternVersion[] {
  return versions.filter(({ name }, n) => versions[n + 1]?.name !== name);
}

export function documentOf({ document }: PatternVersion): JsonObject {
  return JSON.parse(document) as JsonObject;
}
