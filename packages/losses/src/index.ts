export { categoricalHinge } from './categorical-hinge.ts';
export { type ClosedForms, defineLoss, isLoss, type LossDefinition } from './define-loss.ts';
export { defineParametrizedLoss } from './define-parametrized-loss.ts';
export { type EpsilonInsensitiveConfig, epsilonInsensitive } from './epsilon-insensitive.ts';
export type { CustomFunctions, LossOrMetric } from './function-record.ts';
export { hinge } from './hinge.ts';
export { type HuberConfig, huber } from './huber.ts';
export { type LoadModelOptions, loadModel } from './load-model.ts';
export { logistic } from './logistic.ts';
export type {
  DualForm,
  FloatArray,
  Loss,
  LossBatch,
  LossConfig,
  LossLink,
  ParametrizedLoss,
  TargetCoding,
} from './loss.ts';
export { type LossName, lossByName, losses, lossNames, registerLoss } from './loss-by-name.ts';
export { marginAccuracy } from './margin-accuracy.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { outputwise } from './outputwise.ts';
export { type PinballConfig, pinball } from './pinball.ts';
export { type SaveModelOptions, saveModel } from './save-model.ts';
export { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
export { squaredHinge } from './squared-hinge.ts';
