import { kindOf, typeError } from '@kernel-methods/check';

/** The bytes of float32 numbers, little-endian, as text. */
export function base64Of(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  let text = '';
  const bytes = new Uint8Array(view.buffer);
  // More arguments at a time would not fit on the stack.
  for (let from = 0; from < bytes.length; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return btoa(text);
}

/** @throws TypeError unless it is the text of whole numbers of float32. */
export function floatsIn(text: unknown, name: string): Float32Array {
  const rule = 'be base64 of float32 numbers';
  if (typeof text !== 'string') throw typeError(name, rule, kindOf(text));
  let bytes: string;
  try {
    bytes = atob(text);
  } catch {
    throw typeError(name, rule, 'other text');
  }
  if (bytes.length % 4 !== 0) throw typeError(name, rule, `${bytes.length} bytes`);
  const view = new DataView(new ArrayBuffer(bytes.length));
  for (let i = 0; i < bytes.length; i++) view.setUint8(i, bytes.charCodeAt(i));
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
