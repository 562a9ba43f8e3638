/** Upper bounds of the histogram of seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What `/metrics` tells, in the text format of Prometheus. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #buckets = new Array<number>(bounds.length + 1).fill(0);
  #seconds = 0;
  #rows = 0;
  #batches = 0;
  #reloads = 0;
  inFlight = 0;

  request(route: string, status: number, seconds: number): void {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const at = bounds.findIndex((bound) => seconds <= bound);
    this.#buckets[at < 0 ? bounds.length : at] += 1;
    this.#seconds += seconds;
  }

  batch(rows: number): void {
    this.#rows += rows;
    this.#batches += 1;
  }

  reload(): void {
    this.#reloads += 1;
  }

  /** Forgets requests and rows: those by which the service has warmed itself up. */
  clear(): void {
    this.#requests.clear();
    this.#buckets.fill(0);
    [this.#seconds, this.#rows, this.#batches] = [0, 0, 0];
  }

  /** Requests that were answered. */
  get answered(): number {
    return this.#buckets.reduce((sum, one) => sum + one, 0);
  }

  text(): string {
    const count = this.answered;
    let below = 0;
    return [
      ...head('requests_total', 'counter', 'Requests that were answered.'),
      ...[...this.#requests].map(([key, value]) => `${name('requests_total')}{${key}} ${value}`),
      ...head('request_seconds', 'histogram', 'Seconds from a request to its answer.'),
      ...bounds.map((bound, i) => {
        below += this.#buckets[i];
        return `${name('request_seconds_bucket')}{le="${bound}"} ${below}`;
      }),
      `${name('request_seconds_bucket')}{le="+Inf"} ${count}`,
      `${name('request_seconds_sum')} ${this.#seconds}`,
      `${name('request_seconds_count')} ${count}`,
      ...single('requests_in_flight', 'gauge', 'Requests that are being answered.', this.inFlight),
      ...single('predicted_rows_total', 'counter', 'Rows that were predicted.', this.#rows),
      ...single('batches_total', 'counter', 'Batches in which rows were predicted.', this.#batches),
      ...single('reloads_total', 'counter', 'Models that were read again.', this.#reloads),
      ...single('memory_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss()),
      '',
    ].join('\n');
  }
}

const name = (short: string) => `kernel_methods_${short}`;

const head = (short: string, type: string, help: string) => [
  `# HELP ${name(short)} ${help}`,
  `# TYPE ${name(short)} ${type}`,
];

const single = (short: string, type: string, help: string, value: number) => [
  ...head(short, type, help),
  `${name(short)} ${value}`,
];
