import { storeSuite } from '@cantata/testing';
import { openSqliteStore } from './index.ts';
import { temporaryFolder } from './temporary.suite.ts';

storeSuite('SQLite', async () => {
  const { folder, remove } = temporaryFolder();
  const path = `${folder}/cantata.db`;
  const store = await openSqliteStore({ path });
  return {
    store,
    reopen: () => openSqliteStore({ path }),
    async cleanup() {
      await store.close();
      remove();
    },
  };
});
