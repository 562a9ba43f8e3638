import { getSimd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { allJoined, type Report, report } from './report.ts';

declare global {
  /** Used by the test that drives this page. */
  var app: {
    page(): Promise<Report>;
    worker(): Promise<Report>;
    threads(): number;
    /** Starts one more thread. */
    spread(): Promise<void>;
    dispose(): void;
  };
}

globalThis.app = {
  page: report,
  worker: () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(`The worker failed: ${message}`));
    }),
  threads: () => getSimd().threads,
  async spread() {
    getSimd().setThreads(2);
    const a = tf.ones<tf.Rank.R2>([300, 300]);
    tf.dispose([a, tf.matMul(a, a)]);
    await allJoined();
  },
  dispose: () => getSimd().dispose(),
};
