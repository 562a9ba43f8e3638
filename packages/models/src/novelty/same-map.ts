import type * as tfl from '@tensorflow/tfjs-layers';
import { layersOf } from '../network/network.ts';

/** Whether two networks map rows to the same features: the same kinds of layers and the same weights. */
export async function sameMap(a: tfl.LayersModel, b: tfl.LayersModel): Promise<boolean> {
  const [own, others] = [layersOf(a).maps, layersOf(b).maps];
  if (own.length !== others.length) return false;
  for (const [i, layer] of own.entries()) {
    if (layer.getClassName() !== others[i].getClassName()) return false;
    const [weights, same] = [layer.getWeights(), others[i].getWeights()];
    if (weights.length !== same.length) return false;
    for (const [w, weight] of weights.entries()) {
      if (weight.shape.join() !== same[w].shape.join()) return false;
      const [values, other] = [await weight.data(), await same[w].data()];
      for (let at = 0; at < values.length; at++) if (values[at] !== other[at]) return false;
    }
  }
  return true;
}
