import { Agent, request } from 'node:http';

/** What came of requests that were sent evenly over time. */
export interface Paced {
  /** Milliseconds from when each was due to when its answer was whole, in the order of sending. */
  readonly latencies: readonly number[];
  readonly failed: number;
}

interface PacedOptions {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly connections: number;
  readonly bodies: readonly string[];
}

/**
 * Sends requests evenly, whether the earlier ones are answered or not: one that waits for its turn is late.
 * (autocannon sends those of a second all at its beginning.)
 */
export async function paced(
  url: string,
  { rate, seconds, connections, bodies }: PacedOptions,
): Promise<Paced> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const count = Math.round(rate * seconds);
  const latencies = new Array<number>(count).fill(0);
  let failed = 0;
  const send = (i: number, due: number) =>
    new Promise<void>((resolve) => {
      const end = (ok: boolean) => {
        latencies[i] = performance.now() - due;
        failed += Number(!ok);
        resolve();
      };
      const headers = { 'content-type': 'application/json' };
      request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => end(response.statusCode === 200));
      })
        .once('error', () => end(false))
        .end(bodies[i % bodies.length]);
    });
  const start = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    for (;;) {
      const due = start + (1000 * sent.length) / rate;
      if (due > performance.now() || sent.length === count) break;
      sent.push(send(sent.length, due));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sent);
  agent.destroy();
  return { latencies, failed };
}

/** The value below which a share of the others lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
