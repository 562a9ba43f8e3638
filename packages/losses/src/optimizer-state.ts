import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

type NamedTensor =
  tf.NamedTensorMap extends Record<string, infer T> ? { name: string; tensor: T } : never;

/**
 * What an optimizer has accumulated, encoded as tfjs stores it: the step count first, then the
 * slots of the variables. It leaves no tensor behind.
 */
export async function encodeOptimizer(
  optimizer: tf.Optimizer,
): Promise<{ data: tf.io.WeightData; specs: tf.io.WeightsManifestEntry[] }> {
  const weights = isAdamax(optimizer) ? adamaxWeights(optimizer) : await optimizer.getWeights();
  try {
    return await tf.io.encodeWeights(weights, 'optimizer');
  } finally {
    weights[0]?.tensor.dispose(); // ours; the others belong to the optimizer
  }
}

/**
 * Makes an optimizer of a registered class. The caller owns it and calls `disposeOptimizer`.
 *
 * @throws Error if the class is not an optimizer or the config does not belong to it.
 */
export function createOptimizer(className: string, config: tf.serialization.ConfigDict) {
  const entry = optimizerClass(className);
  if (!entry) {
    throw new Error(
      'The optimizer of a saved model must be a registered class ' +
        `(tf.serialization.registerClass). Received: ${check.shown(className, '')}.`,
    );
  }
  const [cls, fromConfig] = entry;
  checkConfig(className, config);
  return fromConfig(cls, config) as tf.Optimizer;
}

/** The settings of tfjs's own optimizers. Those in `flags` are booleans, the others numbers. */
const settings = new Map<string, readonly string[]>([
  ['SGD', ['learningRate']],
  ['Momentum', ['learningRate', 'momentum', 'useNesterov']],
  ['Adagrad', ['learningRate', 'initialAccumulatorValue']],
  ['Adadelta', ['learningRate', 'rho', 'epsilon']],
  ['Adam', ['learningRate', 'beta1', 'beta2', 'epsilon']],
  ['Adamax', ['learningRate', 'beta1', 'beta2', 'epsilon', 'decay']],
  ['RMSProp', ['learningRate', 'decay', 'momentum', 'epsilon', 'centered']],
]);
const flags = ['useNesterov', 'centered'];

function checkConfig(className: string, config: tf.serialization.ConfigDict): void {
  for (const name of settings.get(className) ?? []) {
    const value = Object.hasOwn(config, name) ? config[name] : undefined;
    if (flags.includes(name) ? typeof value !== 'boolean' : !Number.isFinite(value)) {
      throw new Error(
        `\`optimizer.config\` of the saved model must hold the settings of ${className}. ` +
          `Received: ${check.shown(value)} as ${name}.`,
      );
    }
  }
}

/** The registered class of an optimizer; undefined if the name is that of a layer, or unknown. */
export function optimizerClass(className: string) {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  if (!Object.hasOwn(classNameMap, className)) return undefined;
  const entry = classNameMap[className];
  return typeof (entry[0].prototype as Partial<tf.Optimizer>).applyGradients === 'function'
    ? entry
    : undefined;
}

/**
 * Gives a new optimizer the state that `encodeOptimizer` wrote among a model's weights.
 *
 * @param shapes the shapes of the model's trainable weights.
 * @throws Error if the state does not fit the optimizer or the weights.
 */
export async function restoreOptimizer(
  optimizer: tf.Optimizer,
  data: tf.io.WeightData,
  specs: readonly tf.io.WeightsManifestEntry[],
  shapes: readonly (readonly number[])[],
): Promise<void> {
  const names = specs.filter((spec) => spec.group === 'optimizer').map((spec) => spec.name);
  if (names.length === 0) return;
  const buffer = tf.io.CompositeArrayBuffer.join(data);
  const tensors = tf.io.decodeWeights(buffer, [...specs]);
  try {
    const weights = names.map((name) => ({ name, tensor: tensors[name] }));
    await checkState(optimizer, weights, shapes);
    if (isAdamax(optimizer)) await restoreAdamax(optimizer, weights);
    else await optimizer.setWeights(weights);
  } finally {
    tf.dispose(tensors);
  }
}

/** The number of values that an optimizer of tfjs keeps per value of a trainable weight. */
const slotsOf = (optimizer: tf.Optimizer): number | undefined => {
  const slots = { SGD: 0, Momentum: 1, Adagrad: 1, Adam: 2, Adamax: 2, Adadelta: 2 };
  const name = optimizer.getClassName();
  if (name === 'RMSProp') return optimizer.getConfig().centered ? 3 : 2;
  return Object.hasOwn(slots, name) ? slots[name as keyof typeof slots] : undefined;
};

async function checkState(
  optimizer: tf.Optimizer,
  [first, ...slots]: NamedTensor[],
  shapes: readonly (readonly number[])[],
): Promise<void> {
  const refuse = (rule: string, received: string) =>
    new Error(`The optimizer's state of the saved model must ${rule}. Received: ${received}.`);
  const steps = (await first.tensor.data())[0];
  if (first.tensor.size !== 1 || !Number.isSafeInteger(steps) || steps < 0) {
    throw refuse('begin with a number of steps', `${steps}`);
  }
  const count = slotsOf(optimizer);
  // A model that was never trained has no slots.
  const fits = slots.every(({ tensor }, i) =>
    tf.util.arraysEqual(tensor.shape, [...(shapes[i % Math.max(shapes.length, 1)] ?? [])]),
  );
  const isWhole = slots.length === 0 || slots.length === (count ?? 0) * shapes.length;
  if (count !== undefined && !(isWhole && fits)) {
    const received = `${slots.length} tensors for ${shapes.length} trainable weights`;
    throw refuse(`fit the model's trainable weights, ${count} tensors for each`, received);
  }
  for (const { name, tensor } of slots) {
    if (!(await tensor.data()).every((value) => Number.isFinite(Number(value)))) {
      throw refuse('hold finite numbers only', `others in ${check.shown(name)}`);
    }
  }
}

/**
 * Disposes of all tensors that an optimizer holds. tfjs's own `dispose` forgets the rate of
 * momentum.
 */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  tf.dispose(optimizer as unknown as tf.TensorContainer);
}

/**
 * tfjs does not implement `getWeights` and `setWeights` for Adamax, so we read and write its
 * fields.
 */
interface Adamax {
  beta1: number;
  iterations_: number;
  iteration: tf.Variable;
  accBeta1: tf.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedWeightedInfNorm: Slot[];
}

interface Slot {
  originalName: string;
  variable: tf.Variable;
}

// `instanceof` does not help: in tfjs any optimizer is an instance of every optimizer class.
const isAdamax = (optimizer: unknown): optimizer is Adamax =>
  (optimizer as tf.Optimizer).getClassName() === 'Adamax';

function adamaxWeights(optimizer: Adamax): NamedTensor[] {
  const slots = [...optimizer.accumulatedFirstMoment, ...optimizer.accumulatedWeightedInfNorm];
  const steps = { name: 'iter', tensor: tf.scalar(optimizer.iterations_ ?? 0, 'int32') };
  return [steps, ...slots.map((slot) => ({ name: slot.originalName, tensor: slot.variable }))];
}

async function restoreAdamax(optimizer: Adamax, [first, ...slots]: NamedTensor[]): Promise<void> {
  const [steps] = await first.tensor.data();
  optimizer.iterations_ = steps;
  tf.tidy(() => {
    optimizer.iteration.assign(tf.scalar(steps));
    optimizer.accBeta1.assign(tf.scalar(optimizer.beta1 ** (steps + 1)));
  });
  const restored = slots.map(({ name, tensor }) => ({
    originalName: name,
    variable: tf.variable(tensor, false),
  }));
  optimizer.accumulatedFirstMoment = restored.slice(0, restored.length / 2);
  optimizer.accumulatedWeightedInfNorm = restored.slice(restored.length / 2);
}
