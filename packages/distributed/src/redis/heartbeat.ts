import { queuePrefix } from './fit-keys.ts';
import type { Run } from './scripts.ts';

interface Beating {
  readonly run: Run;
  readonly prefix: string;
  readonly token: string;
  readonly lease: number;
  readonly grace: number;
  readonly queue: string;
  /** The jobs of the fit in its queue. */
  readonly seats: readonly string[];
}

/**
 * The signs of life of a coordinator: as long as they come, Redis keeps what belongs to its fit, and for
 * the time of grace after the last one.
 */
export class Heartbeat {
  readonly #own: Beating;
  readonly #timer: NodeJS.Timeout;
  #isBeating = false;

  constructor(own: Beating) {
    this.#own = own;
    this.#timer = setInterval(() => void this.#beat(), Math.max(20, own.lease / 4));
  }

  /** Lets the queue and the jobs of the fit live longer than the fit: a worker ends its job last. */
  async keepQueue(): Promise<void> {
    const { run, queue, grace, seats } = this.#own;
    await run('keepQueue', queuePrefix(queue), 2 * grace, ...seats);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    // While the connection is lost, one waits for it.
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      const { run, prefix, token, lease, grace } = this.#own;
      if ((await run('coordinate', prefix, token, lease)) !== 1) return;
      await run('keepFit', prefix, grace);
      await this.keepQueue();
    } catch {
      // The connection was closed: whoever needs it says so.
    } finally {
      this.#isBeating = false;
    }
  }
}
