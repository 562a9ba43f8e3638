export type { CalibrationName } from './calibration/method-by-name.ts';
export type { Calibration } from './conformal/calibration-record.ts';
export {
  Conformal,
  type ConformalFitOptions,
  conformal,
  type RegionOf,
  type Strata,
} from './conformal/conformal.ts';
export type { ConformalOptions } from './conformal/conformal-options.ts';
export type { ConformalEvaluation, RegionSummary } from './conformal/evaluate-regions.ts';
export type { Interval, LabelSet } from './conformal/region.ts';
export type { ClassReport, Evaluation, QuantileReport, RankingScores } from './data/evaluation.ts';
export type { Chunk, ChunkOptions, Examples } from './data/examples.ts';
export type { Head } from './data/head.ts';
export type {
  Label,
  LabelContext,
  LabelNames,
  LabelOf,
  Prediction,
  TargetsLike,
  TargetsOf,
} from './data/labels.ts';
export type { NumberRow, NumericArray, RowsLike } from './data/rows.ts';
export type { NamedRows, TableRows } from './data/tables.ts';
export type { ClassWeight } from './data/weights.ts';
export type { FeatureBlock } from './estimators/feature-blocks.ts';
export { KernelLogisticRegression } from './estimators/kernel-logistic-regression.ts';
export { KernelModel, type PredictionOf, type TargetsFor } from './estimators/kernel-model.ts';
export { KernelRidge, type Uncertain } from './estimators/kernel-ridge.ts';
export { KernelSVM } from './estimators/kernel-svm.ts';
export type { Rejects } from './estimators/rejects.ts';
export { SavedModelError } from './estimators/saved-model-error.ts';
export {
  TextClassifier,
  type TextClassifierOptions,
  type TextFitOptions,
  type TextPartialFitOptions,
  textClassifier,
} from './estimators/text-classifier.ts';
export type { ExamplesClassifierOptions } from './examples-classifier/classifier-options.ts';
export type { ExamplesClassifierRecord } from './examples-classifier/classifier-record.ts';
export type { ClassifierDataset } from './examples-classifier/dataset.ts';
export type { ExampleLike } from './examples-classifier/example.ts';
export {
  type ClassPrediction,
  ExamplesClassifier,
  type NoClass,
} from './examples-classifier/examples-classifier.ts';
export type { EarlyStopping } from './fit/early-stopping.ts';
export type {
  FitCallback,
  FitOptions,
  FitResult,
  FitSettings,
  FitStreamOptions,
} from './fit/fit-options.ts';
export type { PartialFitOptions } from './fit/partial-data.ts';
export { workload } from './fit/workload.ts';
export type { KnowsColumns } from './inspection/column-rules.ts';
export type { ColumnValue } from './inspection/columns.ts';
export {
  type PartialDependence,
  type PartialDependenceOptions,
  type PredictsRows,
  partialDependence,
} from './inspection/partial-dependence.ts';
export {
  type ColumnImportance,
  type PermutationImportance,
  type PermutationImportanceOptions,
  permutationImportance,
  type ScoresRows,
} from './inspection/permutation-importance.ts';
export type { FeatureSpec, FeatureStep } from './network/feature-spec.ts';
export type { LayerRecord } from './network/layer-record.ts';
export type { DistanceOptions } from './novelty/distance-options.ts';
export { KernelOneClass } from './novelty/kernel-one-class.ts';
export { leverage } from './novelty/leverage.ts';
export { mahalanobis } from './novelty/mahalanobis.ts';
export type { NoveltyEvaluation } from './novelty/novelty-evaluation.ts';
export type {
  KernelOneClassOptions,
  NoveltyFitOptions,
  ResolvedNoveltyOptions,
} from './novelty/novelty-options.ts';
export type { NoveltySolver } from './novelty/novelty-solver.ts';
export type { NoveltySolverName } from './novelty/novelty-solvers.ts';
export { oneClassSvm } from './novelty/one-class-svm.ts';
export type { OneClassSvmOptions } from './novelty/plane.ts';
export type { RowStream, UnlabelledBatch } from './novelty/unlabelled-stream.ts';
export type {
  Matrix,
  MomentSums,
  Moments,
  Numerics,
  Picked,
  StepArguments,
} from './numerics/numerics.ts';
export { numericsFor } from './numerics/numerics-for.ts';
export type { KernelModelOptions, ResolvedOptions } from './options.ts';
export { KernelQuantile, type KernelQuantileOptions } from './quantile/kernel-quantile.ts';
export type { RejectAim, RejectCosts } from './reject/choose-threshold.ts';
export { chooseThreshold, type HeldOut } from './reject/choose-threshold.ts';
export type { ClassMoments } from './reject/class-moments.ts';
export type { ClassSpread, SpreadOptions } from './reject/class-spread.ts';
export { distance } from './reject/distance.ts';
export { energy } from './reject/energy.ts';
export { margin } from './reject/margin.ts';
export type { CoverageRisk, OpenWorldEvaluation } from './reject/open-world-evaluation.ts';
export { probability } from './reject/probability.ts';
export type { RejectOptions } from './reject/reject-options.ts';
export type {
  RejectScore,
  RejectScoreConfig,
  RowsToScore,
} from './reject/reject-score.ts';
export type { RejectScoreName } from './reject/reject-scores.ts';
export {
  Rejection,
  type RejectionCalibrateOptions,
  type RejectionFitOptions,
  rejecting,
  type UnknownRows,
} from './reject/rejecting.ts';
export type { RejectionRecord } from './reject/rejection-record.ts';
export { relativeMahalanobis } from './reject/relative-mahalanobis.ts';
export { sumOfScores } from './reject/sum-of-scores.ts';
export {
  type FeatureRows,
  RidgeAccumulator,
  type RidgeAccumulatorOptions,
} from './ridge/accumulator.ts';
export { type RidgePathOptions, type RidgePathPoint, ridgePath } from './ridge/path.ts';
export type { RidgeSolution } from './ridge/solve.ts';
export type { RidgeSums } from './ridge/sums.ts';
export { fileSystem } from './runtime/file-system.ts';
export { SelectionAbortedError } from './selection/aborted.ts';
export type { FoldLike } from './selection/check-folds.ts';
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
} from './selection/cross-validate.ts';
export { type Distribution, integers, logUniform, uniform } from './selection/distributions.ts';
export type { ScoreSummary, UndefinedFold } from './selection/fold-scores.ts';
export {
  type Fold,
  type KFoldOptions,
  kFold,
  type ShuffleSplitOptions,
  shuffleSplit,
  stratifiedKFold,
} from './selection/folds.ts';
export { gridSearch } from './selection/grid-search.ts';
export type { Distributions, Grid, SearchParams } from './selection/parameters.ts';
export type { FoldFitOptions, SelectionProgress } from './selection/plan.ts';
export { type RandomSearchOptions, randomSearch } from './selection/random-search.ts';
export {
  type RidgePoint,
  type RidgeSearchOptions,
  type RidgeSearchResult,
  ridgeSearch,
} from './selection/ridge-search.ts';
export type { Ranking, SearchCandidate, SearchOptions, SearchResult } from './selection/search.ts';
export type { SelectionOptions } from './selection/selection-options.ts';
export { type AdamOptions, adam } from './solvers/adam.ts';
export {
  type DirectOptions,
  type DirectSolution,
  type DirectSolver,
  direct,
} from './solvers/direct.ts';
export { type DualOptions, dual } from './solvers/dual/dual.ts';
export { type EigenproOptions, eigenpro } from './solvers/eigenpro/eigenpro.ts';
export type { FarPass, FarPasses, FarSize } from './solvers/far-passes.ts';
export { type NewtonOptions, newton } from './solvers/newton/newton.ts';
export { type PairwiseOptions, pairwise } from './solvers/pairwise/pairwise.ts';
export type { EpochRecord, FitProgress } from './solvers/progress.ts';
export { type SgdOptions, sgd } from './solvers/sgd.ts';
export type { SharedWork } from './solvers/shared-work.ts';
export { type SmoOptions, type SmoSolution, type SmoSolver, smo } from './solvers/smo/smo.ts';
export type {
  OwnHead,
  Problem,
  Solution,
  Solver,
  SolverConfig,
  SolverContext,
  SolverRecord,
  SolverState,
  StopReason,
} from './solvers/solver.ts';
export { requireLoss } from './solvers/solver.ts';
export type { SolverName } from './solvers/solver-by-name.ts';
export type { BatchStream, StreamBatch } from './stream/batch-stream.ts';
export type { TableStream } from './stream/table-stream.ts';
export { classification } from './tasks/classification.ts';
export { type MultilabelOptions, multilabel } from './tasks/multilabel.ts';
export { quantiles } from './tasks/quantiles.ts';
export { regression } from './tasks/regression.ts';
export type { Scorer, TestedRows } from './tasks/scorer.ts';
export type { ScorerName } from './tasks/scorers.ts';
export { splitLabels } from './tasks/split-labels.ts';
export type {
  Curve,
  EncodeContext,
  Encoded,
  Floats,
  LinkWith,
  Outputs,
  TargetCollector,
  Targets,
  Task,
  TaskConfig,
} from './tasks/task.ts';
export type { TaskName } from './tasks/task-by-name.ts';
export { UndefinedScoreError } from './tasks/undefined-score.ts';
