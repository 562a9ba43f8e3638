import { bytesText } from './bytes.ts';

/** Some records of a file, one after the other: where their fields are in the bytes. */
export interface RecordBlock {
  bytes: Uint8Array;
  /** Of every field, record after record: from `starts` to before `ends`. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** The first field of each record, and the number of all fields at the end. */
  first: Uint32Array;
  /** The line of the file, from 1, on which each record begins. */
  lines: Float64Array;
  /** How many records there are. Lines with nothing on them are none. */
  count: number;
}

/**
 * A field as a string.
 *
 * @throws TypeError if it is not UTF-8.
 */
export function fieldText(block: RecordBlock, field: number): string {
  return bytesText(block.bytes, block.starts[field], block.ends[field]);
}
