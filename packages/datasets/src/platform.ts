/** What the loaders need from Node or the browser. */
export interface Platform {
  /** The caller's own folders, in the order they are searched. */
  folders(set: string, dataDir?: string): Folder[];
  /** The place where downloads are kept. */
  cache(set: string, cacheDir?: string): Cache;
  /**
   * Unpacks a gzip file in one piece, off the main thread. Undefined for whatever is unusual: `gunzip`
   * then goes the long way, which finds out what is wrong.
   *
   * @param limitOf the most bytes that it may unpack to, by its first ones. Its errors are passed on.
   */
  unpackAtOnce?(
    bytes: Uint8Array,
    limitOf: (head: Uint8Array) => number | undefined,
  ): Promise<Uint8Array | undefined>;
}

export interface Found {
  bytes: Uint8Array;
  /** Path or URL. */
  location: string;
}

export interface Folder {
  source: 'dataDir' | 'environment';
  /** The file, gzipped or not; undefined if it is not there. `name` is without `.gz`. */
  read(name: string): Promise<Found | undefined>;
}

export interface Cache {
  read(name: string): Promise<Found | undefined>;
  /** Fails early if nothing can be written. */
  prepare(): Promise<void>;
  /** Stores the file, completely or not at all. */
  write(name: string, bytes: Uint8Array): Promise<void>;
}
