import { serialization } from '@tensorflow/tfjs-core';

/**
 * A layer's class, as it is registered. `origin` tells it from another class with the same name.
 */
type LayerClass = serialization.SerializableConstructor<serialization.Serializable> & {
  readonly origin: string;
};

/**
 * Registers a layer by its class name, so that models that contain it can be loaded.
 *
 * In tfjs a later class silently replaces an earlier one with the same name. Here the first one
 * stays if both have the same origin (two copies of a package), and a class of another origin is an
 * error rather than a wrong model.
 *
 * @example
 * class Doubled extends FeatureMap {
 *   static className = 'Doubled';
 *   static origin = 'my-package';
 *   featuresOf([inputDim]) {
 *     return inputDim;
 *   }
 *   mapSamples(samples) {
 *     return tf.mul(samples, 2);
 *   }
 * }
 * registerLayer(Doubled); // saved models with it load from now on
 */
export function registerLayer(layer: LayerClass): void {
  const { classNameMap } = serialization.SerializationMap.getMap();
  const registered = classNameMap[layer.className]?.[0] as Partial<LayerClass> | undefined;
  if (registered === undefined) {
    serialization.registerClass(layer);
  } else if (registered.origin !== layer.origin) {
    throw new Error(`Another class is already registered as '${layer.className}'.`);
  }
}
