export {
  type Calls,
  type DistributedCallsOptions,
  distributedCalls,
} from './distributed-calls.ts';
export {
  type DistributedFitOptions,
  type DistributedProgress,
  distributedFit,
} from './distributed-fit.ts';
export { type FileShardOptions, fileShards } from './file-shards.ts';
export type { AllowedModules, ShardFunction } from './modules.ts';
export { ShardError, type StepProgress } from './port.ts';
export { checkConnection } from './redis/check-connection.ts';
export type { Connection } from './redis/connect.ts';
export type { MachineOptions } from './redis/machine-options.ts';
export { type SampleShardsOptions, type ShardSample, sampleShards } from './sample-shards.ts';
export type { FileShard, Json, ModuleShard, Shard } from './shard.ts';
export type { ShardOptions } from './shard-options.ts';
export { type RunningWorker, type StartWorkerOptions, startWorker } from './start-worker.ts';
