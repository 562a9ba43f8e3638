/**
 * A classifier on sentence embeddings of transformers.js, whose model's files lie in a folder.
 *
 *   npm install @huggingface/transformers
 *
 *   import { env, pipeline } from '@huggingface/transformers';
 *   env.localModelPath = 'folder';
 *   env.allowRemoteModels = false;
 *   const extractor = await pipeline('feature-extraction', 'all-MiniLM-L6-v2');
 *   const intents = await embeddingClassifier(extractor, texts, labels);
 *   await intents.predict(['an alarm for nine']);
 */
import { KernelSVM } from 'kernel-methods';

/** What a pipeline for 'feature-extraction' of transformers.js is: sentences to vectors. */
export type Extractor = (
  texts: string[],
  options: { pooling: 'mean'; normalize: true },
) => Promise<{ data: ArrayLike<number>; dims: number[] }>;

/** Sentences that go through the network at a time. */
const TOGETHER = 64;

export async function embeddingClassifier(
  extractor: Extractor,
  texts: readonly string[],
  labels: readonly string[],
) {
  const svm = new KernelSVM<string>();
  await svm.fit(await embedded(extractor, texts), labels);
  return {
    predict: async (some: readonly string[]) => svm.predict(await embedded(extractor, some)),
    dispose: () => svm.dispose(),
  };
}

async function embedded(extractor: Extractor, texts: readonly string[]) {
  const rows: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += TOGETHER) {
    const some = texts.slice(from, from + TOGETHER);
    const { data, dims } = await extractor(some, { pooling: 'mean', normalize: true });
    const values = Float32Array.from(data);
    const width = dims[1];
    some.forEach((_, i) => {
      rows.push(values.slice(i * width, (i + 1) * width));
    });
  }
  return rows;
}
