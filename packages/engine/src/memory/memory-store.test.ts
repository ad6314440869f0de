import { storeSuite } from '@cantata/testing';
import { createMemoryData } from './memory-data.ts';
import { createMemoryStore } from './memory-store.ts';

storeSuite('memory', async () => {
  const data = createMemoryData();
  const store = createMemoryStore(data);
  return { store, reopen: async () => createMemoryStore(data), cleanup: () => store.close() };
});
