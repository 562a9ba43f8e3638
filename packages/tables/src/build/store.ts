/** A typed array that grows. */
export class Store<T extends Float64Array | Int32Array | Uint8Array> {
  data: T;
  length = 0;
  private readonly make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.make = make;
    this.data = make(64);
  }

  /** Makes room for a number of further values. */
  reserve(more: number): T {
    if (this.length + more > this.data.length) {
      const larger = this.make(Math.max(2 * this.data.length, this.length + more));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
    return this.data;
  }

  take(): T {
    const taken = this.data.slice(0, this.length) as T;
    this.length = 0;
    return taken;
  }
}
