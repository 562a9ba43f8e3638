import { describe, expect, it } from 'vitest';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { adamStepAt, descentStepAt, type Simd } from './index.ts';

const n = 70_003;
const learningRate = 0.01;

/** Five steps with changing gradients. Returns the weights. */
function train(
  simd: Simd,
  step: (at: { w: number; g: number; m: number; v: number }, t: number) => void,
) {
  const zeros = new Float32Array(n);
  return withArrays(simd, [numbers(n, 1), zeros, zeros, zeros], ([w, g, m, v]) => {
    for (let t = 1; t <= 5; t++) {
      simd.f32(g, n).set(numbers(n, t + 1));
      step({ w, g, m, v }, t);
    }
    return simd.f32(w, n).slice();
  });
}

/** The same in float64 and in words of the papers. */
function oracle(step: (w: number, g: number, state: number[], t: number) => number) {
  const gradients = [1, 2, 3, 4, 5].map((t) => numbers(n, t + 1));
  return Float64Array.from(numbers(n, 1), (start, i) => {
    const state = [0, 0];
    return gradients.reduce((w, g, t) => step(w, g[i], state, t + 1), start);
  });
}

describe.each(instancesOfAllBuilds())('optimizer steps, %s', (_, simd) => {
  it.each([true, false])('Adam, epsilon hat: %s', (epsilonHat) => {
    const [beta1, beta2, epsilon, l2] = [0.8, 0.95, 1e-3, 0.1];
    const got = train(simd, (at, step) =>
      adamStepAt(simd, { ...at, n, step, learningRate, beta1, beta2, epsilon, l2, epsilonHat }),
    );
    const expected = oracle((w, gradient, state, t) => {
      const g = gradient + l2 * w;
      state[0] = beta1 * state[0] + (1 - beta1) * g;
      state[1] = beta2 * state[1] + (1 - beta2) * g * g;
      const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t];
      return epsilonHat
        ? w - (learningRate * Math.sqrt(c2) * state[0]) / c1 / (Math.sqrt(state[1]) + epsilon)
        : w - (learningRate * state[0]) / c1 / (Math.sqrt(state[1] / c2) + epsilon);
    });
    expectNear(got, expected, 1e-6);
  });

  it.each([
    ['plain', 0, false],
    ['momentum', 0.9, false],
    ['Nesterov', 0.9, true],
  ] as const)('gradient descent, %s', (__, momentum, nesterov) => {
    const l2 = 0.1;
    const got = train(simd, ({ w, g, v }) => {
      const velocity = momentum ? v : undefined;
      descentStepAt(simd, { w, g, velocity, n, learningRate, momentum, nesterov, l2 });
    });
    const expected = oracle((w, gradient, state) => {
      const g = gradient + l2 * w;
      state[0] = momentum * state[0] + g;
      return w - learningRate * (nesterov ? g + momentum * state[0] : state[0]);
    });
    expectNear(got, expected, 1e-6);
  });

  it('leaves what is behind the end, and treats the last numbers as the others', () => {
    for (let length = 0; length < 10; length++) {
      const [w, g, m, v] = [1, 0.5, 0, 0].map((x) => new Float32Array(12).fill(x));
      withArrays(simd, [w, g, m, v], ([pw, pg, pm, pv]) => {
        const at = { w: pw, g: pg, n: length, learningRate };
        adamStepAt(simd, { ...at, m: pm, v: pv, step: 1 });
        descentStepAt(simd, { ...at, velocity: pv, momentum: 0.5 });
        const after = simd.f32(pw, 12);
        expect(new Set(after.subarray(0, length)).size).toBeLessThanOrEqual(1);
        expect(after.subarray(length).every((x) => x === 1)).toBe(true);
      });
    }
  });

  it('refuses a step 0 and momentum without its velocity', () => {
    expect(() => adamStepAt(simd, { w: 0, g: 0, m: 0, v: 0, n: 0, step: 0, learningRate })).toThrow(
      '`step` must be 1 or more. Received: 0.',
    );
    expect(() => descentStepAt(simd, { w: 0, g: 0, n: 0, learningRate, momentum: 0.9 })).toThrow(
      '`velocity` must be given if `momentum` is not 0. Received: 0.',
    );
  });
});
