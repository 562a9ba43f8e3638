// What @kernel-methods/distributed needs of the inside: it is not for users, and may change with any version.
export { DrawnRows, type DrawOptions, type FarBatch } from './far/drawn-rows.ts';
export { FarModel } from './far/far-model.ts';
export { FarShard, type NamedPass } from './far/far-shard.ts';
export { type FarTask, type FarTaskName, farTask } from './far/far-task.ts';
export { type FarFitOptions, type FarRows, farOptions, fitFar } from './far/fit-far.ts';
export { checkFitOptions } from './fit/fit-options.ts';
export { RidgeAccumulator } from './ridge/accumulator.ts';
export { abortable } from './runtime/abortable.ts';
export { requireBackend } from './runtime/backend.ts';
export { eventLoopYielder } from './runtime/event-loop-yielder.ts';
export { defaultMemoryBudget } from './runtime/memory-budget.ts';
export type { FarPass, FarPasses } from './solvers/far-passes.ts';
