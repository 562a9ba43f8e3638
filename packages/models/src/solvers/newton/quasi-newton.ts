import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';

interface Options {
  readonly signal: AbortSignal;
  /** M⁻¹·v, where M is close to the Hessian. */
  precondition(v: Float64Array): Promise<Float64Array>;
}

/** A step, the change of the gradient along it, and 1 / their product. */
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

/** The number of steps that are remembered. */
const PAIRS = 20;

/**
 * The direction −B·g of limited-memory BFGS: B is M⁻¹, corrected such that it maps the changes of the
 * gradient in the last steps to these steps. It learns from gradients how outputs are coupled, so
 * that a direction costs no pass over the rows.
 *
 * Nocedal, "Updating quasi-Newton matrices with limited storage", Mathematics of Computation 35, 1980.
 */
export class QuasiNewton {
  readonly #options: Options;
  readonly #pairs: Pair[] = [];
  #last?: { readonly head: Float64Array; readonly gradient: Float64Array };

  constructor(options: Options) {
    this.#options = options;
  }

  /** The direction from a head with this gradient, the next one after the head of the call before. */
  async direction(head: Float64Array, gradient: Float64Array): Promise<Float64Array> {
    const { signal, precondition } = this.#options;
    const turns = eventLoopYielder();
    const turn = async () => {
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    };
    this.#remember(head, gradient);
    const x = gradient.map((value) => -value);
    const shares: number[] = [];
    for (const { step, change, inverse } of this.#pairs) {
      const share = inverse * dot(step, x);
      shares.push(share);
      add(x, change, -share);
      await turn();
    }
    const out = await precondition(x);
    if (this.#pairs.length > 0) {
      const { change, inverse } = this.#pairs[0];
      // The length that the last step would have had to have.
      const length = 1 / (inverse * dot(change, await precondition(change)));
      for (let i = 0; i < out.length; i++) out[i] *= length;
    }
    for (let i = this.#pairs.length - 1; i >= 0; i--) {
      const { step, change, inverse } = this.#pairs[i];
      add(out, step, shares[i] - inverse * dot(change, out));
      await turn();
    }
    this.#last = { head, gradient };
    return out;
  }

  /** The newest pair comes first. Where rounding hides the curvature, there is nothing to learn. */
  #remember(head: Float64Array, gradient: Float64Array): void {
    if (this.#last === undefined || this.#last.head === head) return;
    const { head: before, gradient: old } = this.#last;
    const step = head.map((value, i) => value - before[i]);
    const change = gradient.map((value, i) => value - old[i]);
    const product = dot(step, change);
    if (!(product > 1e-10 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
    this.#pairs.unshift({ step, change, inverse: 1 / product });
    this.#pairs.length = Math.min(this.#pairs.length, PAIRS);
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function add(y: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < y.length; i++) y[i] += factor * x[i];
}
