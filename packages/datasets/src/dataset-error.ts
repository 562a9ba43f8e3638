/** What went wrong with a data file. */
export type DatasetErrorCode =
  | 'magic' // not an IDX file
  | 'truncated' // fewer bytes than its header declares
  | 'oversized' // more bytes than its header declares
  | 'shape' // not the requested images or labels
  | 'counts' // images and labels disagree in number
  | 'labels' // a label without a class
  | 'gzip' // corrupted compression
  | 'checksum' // not the published bytes
  | 'no-space'
  | 'permission'
  | 'io' // any other failure to read or write
  | 'absent' // in no folder here, and not to be downloaded
  | 'network' // no answer
  | 'http' // an answer that is not the file
  | 'insecure'; // a browser page without HTTPS has no checksums

/** A data file could not be obtained, or is not what it should be. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  /** What went wrong, for programs. */
  readonly code: DatasetErrorCode;
  /** The file's name, path or URL. */
  readonly file: string;

  constructor(code: DatasetErrorCode, file: string, what: string, cause?: unknown) {
    super(`${file}: ${what}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.file = file;
  }
}
