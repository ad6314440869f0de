/** The shell: shard loop, group commit, dispatch, timers, recovery, reconciler; and the memory adapters. */
export { Live, type LiveFrame } from './agents/live.ts';
export { BULK, BULK_VERBS, type BulkVerb, MAX_BULK } from './bulk.ts';
export {
  type AnswerRequest,
  type ForkRequest,
  type PublishRequest,
  type SignalRequest,
  type StartRequest,
  type UpgradeRequest,
} from './calls.ts';
export { createSystemClock } from './clock/system-clock.ts';
export { plainCodec } from './codec.ts';
export { sha256 } from './digest.ts';
export { Engine } from './engine.ts';
export {
  Feed,
  type FeedBegin,
  type FeedParts,
  type FeedRequest,
  type FeedSubscription,
} from './feed/feed.ts';
export { type FeedEvent, type FeedFilter } from './feed/messages.ts';
export { type FeedSink } from './feed/subscriber.ts';
export { type Gauges } from './gauges.ts';
export { type Log, type LogLevel, SILENT } from './log.ts';
export { createMemoryBus } from './memory/memory-bus.ts';
export { createMemoryData, type MemoryData } from './memory/memory-data.ts';
export { createMemoryStore } from './memory/memory-store.ts';
export { type EngineOptions } from './parts.ts';
export { type AgentsHere, type AgentTypeRow, type CircuitRow } from './read/agents.ts';
export { type CheckpointRow } from './read/checkpoints.ts';
export { HISTORY_BOUNDS, type HistoryBounds } from './read/history.ts';
export type { LocalKnowledge, ReaderParts } from './read/parts.ts';
export { Publisher, type PublisherParts, type Whose } from './read/publisher.ts';
export { type ExecutionStatusView, Reader } from './read/reader.ts';
export { type ScheduleRow } from './read/schedules.ts';
export { type Selected, type Selection } from './read/select.ts';
export { DEFAULT_SETTINGS, type EngineSettings } from './settings.ts';
export { type CallOptions } from './shell/commander.ts';
export { type Drained } from './shell/drain.ts';
export { decodeEvent } from './shell/loader.ts';
export { type Compile, Plans } from './shell/plans.ts';
export { isWrittenOff } from './shell/write-off.ts';
