/** What tests of every package share: given/when/then for the law, scripted agents, conformance suites of the ports. */
export * from './a-computed.ts';
export * from './a-definition.ts';
export * from './any-json.ts';
export * from './bus.suite.ts';
export * from './checked-execution.ts';
export * from './checked-resource.ts';
export * from './commands.ts';
export * from './dice.ts';
export * from './document-world.ts';
export * from './faulty-store.ts';
export * from './given.ts';
export { auditLog } from './reading/audit.ts';
export * from './scripted-agents.ts';
export * from './store.suite.ts';
export * from './virtual-clock.ts';
