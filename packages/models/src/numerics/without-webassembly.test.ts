import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What a program prints on tfjs's cpu backend, after `before` has made WebAssembly unavailable. */
function run(before: string, program: string): unknown {
  const code = `
    await import('@tensorflow/tfjs-backend-cpu');
    const tf = await import('@tensorflow/tfjs-core');
    tf.enableProdMode();
    const { KernelLogisticRegression, KernelRidge, KernelSVM, numericsFor } = await import('@kernel-methods/models');
    // Not before: Node removes the types of these sources by WebAssembly.
    ${before}
    const x = Array.from({ length: 40 }, (_, i) => [Math.sin(1.3 * i) + 2 * (i % 2), Math.cos(2.1 * i)]);
    const y = x.map((_, i) => (i % 2 ? 'odd' : 'even'));
    ${program}
  `;
  const output = execFileSync(
    process.execPath,
    ['--conditions=@kernel-methods/source', '--input-type=module', '--eval', code],
    { cwd: `${import.meta.dirname}/../../`, encoding: 'utf8' },
  );
  return JSON.parse(output);
}

/** As a strict content security policy and workerd do it: all is there but compiling is refused. */
const refused = `WebAssembly.Module = function () { throw new WebAssembly.CompileError('refused by policy'); };`;

describe.each([
  ['is not there', 'delete globalThis.WebAssembly;'],
  ['may not be compiled', refused],
])('where WebAssembly %s', (_, before) => {
  it.each(['adam', 'sgd'])('%s trains in the operations of tfjs', (solver) => {
    const program = `
      const svm = new KernelSVM({ solver: '${solver}', epochs: 20 });
      await svm.fit(x, y);
      await svm.partialFit(x, y);
      const logistic = new KernelLogisticRegression({ solver: '${solver}', epochs: 20 });
      await logistic.fit(x, y);
      const { data } = await logistic.predictProba(x);
      const right = data.every((p, i) => Math.abs(p + data[i ^ 1] - 1) < 1e-6);
      console.log(JSON.stringify([numericsFor().name, await svm.score(x, y), await logistic.score(x, y), right]));`;
    const [numerics, ...scores] = run(before, program) as [string, number, number, boolean];
    expect(numerics).toBe('tfjs');
    expect(scores[0]).toBeGreaterThan(0.9);
    expect(scores[1]).toBeGreaterThan(0.9);
    expect(scores[2]).toBe(true);
  });

  it('what needs linear algebra in float64 says why it cannot', () => {
    const program = `
      const error = await new KernelRidge({ task: 'classification' }).fit(x, y).catch((error) => error);
      console.log(JSON.stringify([error.name, error.message]));`;
    const [name, message] = run(before, program) as [string, string];
    expect(name).toBe('SimdUnavailableError');
    expect(message).toMatch(/WebAssembly/);
  });
});
