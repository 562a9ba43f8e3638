import { getSimd } from '@kernel-methods/simd';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { compareWithCpu } from '../src/fixtures/backend-cases.ts';
import { everySolver } from '../src/fixtures/every-solver.ts';
import { type Answers, answersAfterLoad, type SentModel } from '../src/fixtures/table-model.ts';
import { numericsCases } from '../src/numerics/fixtures/numerics-cases.ts';
import { numericsFor } from '../src/numerics/numerics-for.ts';
import { tfjsNumerics } from '../src/numerics/tfjs-numerics.ts';

/** What the test that drives this page is told. */
export interface NumericsReport {
  /** Absent where there is no WebGL. */
  renderer?: string;
  float32: boolean;
  /** Which numerics are chosen here. */
  chosen: string;
  /** What failed, by the name of the case. */
  failures: Record<string, string>;
  passed: number;
}

declare global {
  var numericsPage: {
    /** @param half computes in half precision, as some phones do. */
    run(half: boolean): Promise<NumericsReport>;
    /** Estimators on WebGPU against the CPU; nothing where the browser has no adapter. */
    estimators(): Promise<Awaited<ReturnType<typeof compareWithCpu>> | undefined>;
    /** Loads a model of a table that Node sent, and asks it. */
    tableModel(sent: SentModel): Promise<Answers>;
    /** The results of every solver on the CPU, and how simd ran. */
    solvers(): Promise<{ variant: string; why?: string; results: Record<string, number[]> }>;
  };
}

globalThis.numericsPage = {
  async run(half) {
    const report: NumericsReport = { float32: false, chosen: '', failures: {}, passed: 0 };
    // Even small tensors go to the device, since it is what we test.
    tf.env().set('WEBGL_CPU_FORWARD', false);
    tf.env().set('WEBGL_FORCE_F16_TEXTURES', half);
    if (!(await tf.setBackend('webgl'))) return report;
    report.renderer = renderer();
    report.float32 = tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
    report.chosen = numericsFor().name;
    if (!report.float32) return report;
    for (const { name, run } of numericsCases(tfjsNumerics)) {
      await run().then(
        () => report.passed++,
        (error: Error) => {
          report.failures[name] = error.message;
        },
      );
    }
    return report;
  },
  async estimators() {
    const adapter = await globalThis.navigator.gpu?.requestAdapter();
    return adapter ? compareWithCpu('webgpu') : undefined;
  },
  tableModel: answersAfterLoad,
  async solvers() {
    tf.enableProdMode();
    await tf.setBackend('cpu');
    const results = await everySolver();
    const { variant, unavailable } = getSimd();
    return { variant, why: unavailable?.message, results };
  },
};

/** The GPU, or the software that replaces it. */
function renderer(): string {
  const { gl } = (tf.backend() as MathBackendWebGL).getGPGPUContext();
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}
