export { candidatesFor, type Kind, linearFor } from './candidates.ts';
export { foldsOf, sampleOf } from './folds.ts';
export {
  type Base,
  type Ground,
  keyOf,
  type Machine,
  paramsOf,
  type Settings,
  settingsOf,
} from './machine.ts';
export { type Job, type Measure, type Measured, measurerOf } from './measure.ts';
export { earlySolvers } from './parts.ts';
export { modelTask, outputsOf, partTask, type Question, rowsOf, spreadOf } from './question.ts';
export { type RaceOptions, type RaceProgress, type RaceResult, race } from './race.ts';
export type { Memory, Score } from './score.ts';
export { type SearchOptions, type SearchResult, search } from './search.ts';
