/** The conformance suite of the store port. Each adapter's test calls it; an adapter that passes keeps S1 to S9 and F1. */
import { describe } from 'vitest';
import { atomicitySuite } from './store/atomicity.suite.ts';
import { blobSuite } from './store/blobs.suite.ts';
import { boundSuite } from './store/bound.suite.ts';
import { densitySuite } from './store/density.suite.ts';
import { executionSuite } from './store/executions.suite.ts';
import { feedSuite } from './store/feed.suite.ts';
import { fenceSuite } from './store/fence.suite.ts';
import type { StoreOpener } from './store/fixtures.ts';
import { leaseSuite } from './store/leases.suite.ts';
import { onceSuite } from './store/once.suite.ts';
import { patternSuite } from './store/patterns.suite.ts';
import { readingSuite } from './store/reading.suite.ts';
import { removalSuite } from './store/removals.suite.ts';
import { requestSuite } from './store/requests.suite.ts';
import { sharingSuite } from './store/sharing.suite.ts';
import { wakeupSuite } from './store/wakeups.suite.ts';
import { workflowSuite } from './store/workflows.suite.ts';

export type { OpenStore, StoreOpener } from './store/fixtures.ts';

/** `open` gives an empty store of its own to each test. */
export function storeSuite(name: string, open: StoreOpener): void {
  describe(`${name} is a store`, () => {
    fenceSuite(open);
    densitySuite(open);
    atomicitySuite(open);
    onceSuite(open);
    leaseSuite(open);
    boundSuite(open);
    readingSuite(open);
    executionSuite(open);
    workflowSuite(open);
    sharingSuite(open);
    wakeupSuite(open);
    blobSuite(open);
    removalSuite(open);
    requestSuite(open);
    patternSuite(open);
    feedSuite(open);
  });
}

/** For what an adapter tests beyond the port: rows to write and a writer that numbers them. */
export * as storeFixtures from './store/fixtures.ts';
