import { shown } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { SavedModelError } from './saved-model-error.ts';

/** The deepest nesting that a model's JSON may have. */
const DEEPEST = 200;

/**
 * Checks what tfjs does not check: tfjs hangs if the input of a layer is missing, and accepts
 * weights that are not finite, too many weights, and duplicate groups.
 *
 * @returns the bytes of the weights.
 * @throws SavedModelError, before a tensor is made.
 */
export function checkArtifacts(artifacts: tf.io.ModelArtifacts): ArrayBuffer {
  if (!isObject(artifacts as unknown)) fail('must be an object', shown(artifacts));
  const { modelTopology, weightSpecs = [], weightData, userDefinedMetadata } = artifacts;
  if (!isObject(modelTopology)) fail('must have a topology', shown(modelTopology));
  checkDepth(userDefinedMetadata);
  checkGraph(modelTopology);
  const bytes = tf.io.CompositeArrayBuffer.join(weightData);
  checkWeights(weightSpecs, bytes);
  return bytes;
}

function checkDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) fail(`must be nested less than ${DEEPEST} levels deep`, 'more');
    level = level.flatMap((node) =>
      typeof node === 'object' && node !== null ? Object.values(node) : [],
    );
  }
}

function checkGraph(topology: unknown): void {
  let level: unknown[] = [topology];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) fail(`must be nested less than ${DEEPEST} levels deep`, 'more');
    for (const node of level)
      if (isObject(node) && Array.isArray(node.layers)) checkLayers(node.layers);
    level = level.flatMap((node) =>
      typeof node === 'object' && node !== null ? Object.values(node) : [],
    );
  }
}

function checkLayers(layers: readonly unknown[]): void {
  const names = new Set<unknown>();
  for (const layer of layers) {
    if (!isObject(layer) || typeof layer.class_name !== 'string' || !isObject(layer.config)) {
      fail('must hold layers with `class_name` and `config`', shown(layer));
    }
    const { dtype } = layer.config;
    if (layer.class_name === 'InputLayer' && dtype !== undefined && dtype !== 'float32') {
      fail('must take rows of float32', shown(dtype));
    }
    const name = layer.name ?? layer.config.name;
    if (name !== undefined && names.has(name)) fail('must name each layer once', shown(name));
    names.add(name);
  }
  for (const { inbound_nodes: nodes } of layers as { inbound_nodes?: unknown }[]) {
    for (const inbound of Array.isArray(nodes) ? nodes.flat() : []) {
      const from = Array.isArray(inbound) ? inbound[0] : inbound;
      if (!names.has(from)) fail('must feed each layer by one that is there', shown(from));
    }
  }
}

function checkWeights(specs: readonly tf.io.WeightsManifestEntry[], data: ArrayBuffer): void {
  const names = new Set<string>();
  let at = 0;
  if (!Array.isArray(specs)) fail('must have a list of weights', shown(specs));
  for (const spec of specs) {
    if (!isObject(spec as unknown)) fail('must have weights with a name and a shape', shown(spec));
    const { name, shape, dtype, quantization } = spec;
    if (typeof name !== 'string' || names.has(name))
      fail('must name each weight once', shown(name));
    names.add(name);
    if (quantization !== undefined) fail('must have weights that are not quantized', shown(name));
    const isShape = Array.isArray(shape) && shape.every((v) => Number.isSafeInteger(v) && v >= 0);
    if (!isShape) fail('must have weights with a shape', shown(shape));
    if (!['float32', 'int32', 'bool'].includes(dtype))
      fail('must have weights of numbers', shown(dtype));
    const size = shape.reduce((product, length) => product * length, 1);
    const bytes = size * (dtype === 'bool' ? 1 : 4);
    if (at + bytes > data.byteLength)
      fail('must have all its weights', `too few for ${shown(name)}`);
    if (dtype === 'float32') {
      const values = new Float32Array(data.slice(at, at + bytes));
      if (!values.every(Number.isFinite))
        fail('must have finite weights', `others in ${shown(name)}`);
    }
    at += bytes;
  }
  if (at !== data.byteLength) {
    fail('must have the weights of its specs alone', `${data.byteLength} bytes, not ${at}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fail(rule: string, received: string): never {
  throw new SavedModelError(`The saved model ${rule}. Received: ${received}.`);
}
