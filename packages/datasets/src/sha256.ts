import { DatasetError } from './dataset-error.ts';

/** SHA-256 as 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array, name: string): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    const what = 'its checksum cannot be computed. Serve the page over HTTPS or from localhost.';
    throw new DatasetError('insecure', name, what);
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
