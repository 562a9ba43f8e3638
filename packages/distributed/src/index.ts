export {
  type DistributedFitOptions,
  type DistributedProgress,
  distributedFit,
} from './distributed-fit.ts';
export type { AllowedModules, ShardFunction } from './modules.ts';
export { ShardError } from './port.ts';
export type { FileShard, Json, ModuleShard, Shard } from './shard.ts';
