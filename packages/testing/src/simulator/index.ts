/** The simulator: random workflows, several engines, every fault, virtual time, one seed. docs/simulator.md tells how it works. */
export { type Finished, type FinishedExecution, type FinishedResource } from './finished.ts';
export { LossyBus } from './lossy-bus.ts';
export { CONSTRUCT_NAMES } from './programs/index.ts';
export { type Script, scriptOf, sizeOf } from './script.ts';
export { type Shrunk, shrink } from './shrink.ts';
export { type Broken, type Simulated, simulate } from './simulate.ts';
export { type Happened, type UniverseOptions } from './universe.ts';
export { tell } from './words.ts';
