import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { applyAll } from '../network/network.ts';
import { rowsTogether } from '../network/rows-together.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import { countOf, type Numerics } from '../numerics/numerics.ts';
import { compose } from '../numerics/picked.ts';
import { readPicked } from '../numerics/read-picked.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { OwnedMatrices } from '../solvers/owned-matrices.ts';

/** What a solver has learned: a linear head, or the layer of a head of another kind. */
export type Learned =
  | { readonly head: Head; readonly layer?: tfl.layers.Layer | undefined }
  | { readonly layer: tfl.layers.Layer };

/** The scores of a head, row-major. */
export async function learnedScores(
  learned: Learned,
  examples: Examples,
  numerics: Numerics,
  signal: AbortSignal,
): Promise<Float32Array> {
  if (learned.layer !== undefined) return layerScores(learned.layer, examples, numerics, signal);
  const [scores] = await headScores([(learned as { head: Head }).head], examples, numerics, signal);
  return scores;
}

/**
 * The scores of several heads with the same number of outputs, row-major. The features are read
 * once.
 */
export async function headScores(
  heads: readonly Head[],
  examples: Examples,
  numerics: Numerics,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const units = heads[0].bias.length;
  const columns = heads.length * units;
  const { width, rows } = examples;
  const weights = new Float32Array(columns * width);
  const biases = new Float32Array(columns);
  heads.forEach((head, i) => {
    weights.set(head.weights, i * units * width);
    biases.set(head.bias, i * units);
  });
  const out = heads.map(() => new Float32Array(rows * units));
  const owned = new OwnedMatrices(numerics);
  const turns = eventLoopYielder();
  try {
    const w = owned.matrix(weights, columns, width);
    const bias = owned.matrix(biases, 1, columns);
    let done = 0;
    for await (const chunk of examples.chunks()) {
      const all = await scoresInTurns(numerics, chunk, { weights: w, bias }, signal);
      const count = countOf(chunk.picked);
      out.forEach((scores, i) => {
        for (let row = 0; row < count; row++) {
          const from = row * columns + i * units;
          scores.set(all.subarray(from, from + units), (done + row) * units);
        }
      });
      done += count;
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
  } finally {
    owned.dispose();
  }
  return out;
}

async function layerScores(
  layer: tfl.layers.Layer,
  { rows, width, units, chunks }: Examples,
  numerics: Numerics,
  signal: AbortSignal,
): Promise<Float32Array> {
  const out = new Float32Array(rows * units);
  const together = rowsTogether([layer]);
  const turns = eventLoopYielder();
  let done = 0;
  for await (const { z, picked } of chunks()) {
    for (let from = 0; from < countOf(picked); from += together) {
      const count = Math.min(together, countOf(picked) - from);
      const features = await readPicked(numerics, z, compose(picked, { from, count }));
      const scores = tf.tidy(
        () => applyAll([layer], tf.tensor2d(features, [count, width])) as tf.Tensor,
      );
      try {
        out.set(await scores.data<'float32'>(), done * units);
      } finally {
        scores.dispose();
      }
      done += count;
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
  }
  return out;
}
