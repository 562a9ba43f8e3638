// Loads what ../save-in-node-load-in-a-page.ts saved, from the folder `model` beside the page.
import { KernelSVM } from 'kernel-methods';

declare global {
  var predictions: (rows: number[][]) => Promise<unknown[]>;
}

globalThis.predictions = async (rows) => {
  const svm = await KernelSVM.load('model/model.json');
  const labels = await svm.predict(rows);
  svm.dispose();
  return labels;
};
