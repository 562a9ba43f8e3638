import { getSimd } from '@kernel-methods/simd';
import { report } from './report.ts';

// No await here: vite builds workers as plain scripts.
report().then((result) => {
  getSimd().dispose();
  postMessage(result);
});
