/** Registered patterns on a plain list. */
import type { Store } from '@cantata/core';
import type { MemoryData } from './memory-data.ts';

export function memoryPatterns({ patterns }: Pick<MemoryData, 'patterns'>): Store['patterns'] {
  return {
    async put(offered) {
      const { tenant, name, version } = offered;
      const known = patterns.find(
        (row) => row.tenant === tenant && row.name === name && row.version === version,
      );
      if (known === undefined) patterns.push({ ...offered });
      return { ...(known ?? offered) };
    },
    async find(tenant, name, version) {
      const found = patterns
        .filter(
          (row) =>
            row.tenant === tenant && row.name === name && (version === undefined || row.version === version),
        )
        .toSorted((a, b) => a.createdAt - b.createdAt)
        .at(-1);
      return found && { ...found };
    },
    async list(tenant) {
      return patterns
        .filter((row) => row.tenant === tenant)
        .sort((a, b) => (a.name === b.name ? a.createdAt - b.createdAt : a.name < b.name ? -1 : 1))
        .map((row) => ({ ...row }));
    },
  };
}
