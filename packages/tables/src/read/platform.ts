/** What the readers need of Node or of the browser. */
export interface Platform {
  /** A file of the disk; `undefined` where a path is a URL relative to the page. */
  open?(path: string): Promise<OpenFile>;
  /** Decompresses gzip of one or several members. Damage is an error of any kind. */
  gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** A file that can be read from the start or anywhere. */
export interface OpenFile {
  /** Nothing for pipes and devices. */
  size: number | undefined;
  chunks(): AsyncIterable<Uint8Array>;
  slice(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}
