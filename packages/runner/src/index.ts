export { atEnd } from './at-end.ts';
export {
  type Command,
  type Ended,
  type Job,
  type Line,
  type RunOptions,
  runProcess,
} from './child.ts';
export { endWithInput } from './end-with-input.ts';
export { createExpected, type Expected } from './expected.ts';
export { type Interrupt, type InterruptOptions, onInterrupt } from './interrupt.ts';
export { keepLast } from './keep-last.ts';
export { killTree } from './kill-tree.ts';
export { lockOf, takeLock } from './lock.ts';
export { tryOutput, tryOutputFolder, writeJson, writeText } from './output-file.ts';
export { openText, type TextOutput } from './output-stream.ts';
export type { ReadRecord } from './parse-records.ts';
export { peakMemory } from './peak-memory.ts';
export { fileId, realPathOf } from './real-path.ts';
export { leadsTo, type NamedPath, refuseTaken } from './refuse-taken.ts';
export { openResults, peekResults, type ResultsFile, type Write } from './results-file.ts';
export { type JobRecord, type Launch, recordsOf, runJobs, type Watch } from './run-jobs.ts';
export { shardRanges } from './shard-ranges.ts';
export { UsageError } from './usage-error.ts';
export { workerWatch } from './worker-watch.ts';
