// The last one to three numbers of an array. Nothing behind the end of the array is read or written.

// @ts-ignore: decorator
@inline export function loadSome(p: usize, bytes: usize): v128 {
  let v = v128.load32_zero(p);
  if (bytes > 4) v = v128.load_lane<f32>(p, v, 1, 4);
  if (bytes > 8) v = v128.load_lane<f32>(p, v, 2, 8);
  return v;
}

// @ts-ignore: decorator
@inline export function storeSome(p: usize, v: v128, bytes: usize): void {
  v128.store_lane<f32>(p, v, 0);
  if (bytes > 4) v128.store_lane<f32>(p, v, 1, 4);
  if (bytes > 8) v128.store_lane<f32>(p, v, 2, 8);
}

/** Four numbers, or the last one to three. */
// @ts-ignore: decorator
@inline export function loadUpTo4(p: usize, bytes: usize): v128 {
  return bytes >= 16 ? v128.load(p) : loadSome(p, bytes);
}

// @ts-ignore: decorator
@inline export function storeUpTo4(p: usize, v: v128, bytes: usize): void {
  if (bytes >= 16) v128.store(p, v);
  else storeSome(p, v, bytes);
}
