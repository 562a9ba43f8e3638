import { serialization } from '@tensorflow/tfjs-core';

/** A layer's class, as it is registered. `origin` tells ours from another of the same name. */
type LayerClass = serialization.SerializableConstructor<serialization.Serializable> & {
  readonly origin: string;
};

/**
 * Registers a layer by its class name, so that models that hold it can be loaded.
 *
 * tfjs lets the later class of a name win silently. Here the first one stays if both are ours (two
 * copies of the package), and another's class of that name is an error, not a wrong model.
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
    throw new Error(`Another class is registered as '${layer.className}' already.`);
  }
}
