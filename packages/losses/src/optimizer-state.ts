import * as tf from '@tensorflow/tfjs-core';

type NamedTensor =
  tf.NamedTensorMap extends Record<string, infer T> ? { name: string; tensor: T } : never;

/**
 * What an optimizer has accumulated, encoded as tfjs stores it: the step count first, then the
 * slots of the variables. Nothing of it is left behind as tensors.
 */
export async function encodeOptimizer(
  optimizer: tf.Optimizer,
): Promise<{ data: tf.io.WeightData; specs: tf.io.WeightsManifestEntry[] }> {
  const weights = isAdamax(optimizer) ? adamaxWeights(optimizer) : await optimizer.getWeights();
  try {
    return await tf.io.encodeWeights(weights, 'optimizer');
  } finally {
    weights[0]?.tensor.dispose(); // made for us; the others are the optimizer's own
  }
}

/** Makes an optimizer of a registered class; its owner calls `disposeOptimizer`. */
export function createOptimizer(className: string, config: tf.serialization.ConfigDict) {
  const entry = optimizerClass(className);
  if (!entry) {
    throw new Error(
      'The optimizer of a saved model must be a registered class ' +
        `(tf.serialization.registerClass). Received: ${className}.`,
    );
  }
  const [cls, fromConfig] = entry;
  return fromConfig(cls, config) as tf.Optimizer;
}

export const optimizerClass = (className: string) =>
  tf.serialization.SerializationMap.getMap().classNameMap[className];

/** Gives a new optimizer the state that `encodeOptimizer` wrote among a model's weights. */
export async function restoreOptimizer(
  optimizer: tf.Optimizer,
  data: tf.io.WeightData,
  specs: readonly tf.io.WeightsManifestEntry[],
): Promise<void> {
  const names = specs.filter((spec) => spec.group === 'optimizer').map((spec) => spec.name);
  if (names.length === 0) return;
  const buffer = tf.io.CompositeArrayBuffer.join(data);
  const tensors = tf.io.decodeWeights(buffer, [...specs]);
  try {
    const weights = names.map((name) => ({ name, tensor: tensors[name] }));
    if (isAdamax(optimizer)) await restoreAdamax(optimizer, weights);
    else await optimizer.setWeights(weights);
  } finally {
    tf.dispose(tensors);
  }
}

/** Disposes of all tensors that an optimizer holds; its own `dispose` forgets momentum's rate. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  tf.dispose(optimizer as unknown as tf.TensorContainer);
}

/** tfjs has not written `getWeights` and `setWeights` of Adamax, so its fields are named here. */
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

// Not `instanceof`: tfjs makes any optimizer an instance of every optimizer class.
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
