export type Facts = Readonly<Record<string, number | string>>;

/** Something whose cost is measured. */
export interface Case {
  readonly name: string;
  /** CPU seconds that it may take, on all threads; without them it is only told. */
  readonly atMost?: number;
  /** Turns after a first, which warms up and is not counted; the least counts. 0: the first counts. */
  readonly rounds: number;
  /** Makes ready what is not measured. */
  prepare(): Promise<() => Promise<Facts>>;
  /** Whether the answer is good enough. */
  holds?(facts: Facts): boolean;
}

export interface Cost {
  readonly name: string;
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly atMost?: number;
  readonly met?: boolean;
  readonly facts: Facts;
}

export async function measured({ name, atMost, rounds, prepare, holds }: Case): Promise<Cost> {
  const work = await prepare();
  let [cpuSeconds, seconds] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let facts: Facts = {};
  for (let round = 0; round <= rounds; round++) {
    const [from, started] = [process.cpuUsage(), performance.now()];
    facts = await work();
    const { user, system } = process.cpuUsage(from);
    if (round === 0 && rounds > 0) continue;
    cpuSeconds = Math.min(cpuSeconds, (user + system) / 1e6);
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  const isGood = holds?.(facts) ?? true;
  const met = atMost === undefined ? undefined : isGood && cpuSeconds <= atMost;
  return { name, cpuSeconds, seconds, atMost, met, facts };
}
