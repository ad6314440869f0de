/** The law of Cantata. Pure: no I/O, no clock, no randomness, no dependencies. */
export * from './errors.ts';
export * from './graph/critical-path.ts';
export * from './graph/cycle.ts';
export * from './graph/graph.ts';
export * from './graph/layers.ts';
export * from './ids.ts';
export * from './json.ts';
export * from './plan/definition.ts';
export * from './plan/estimate.ts';
export * from './plan/plan.ts';
export * from './ports/agent.ts';
export * from './ports/bus.ts';
export * from './ports/clock.ts';
export * from './ports/codec.ts';
export * from './ports/store.ts';
