// The arguments are an array of float64, which hold every u32, i32 and f32 exactly.

// @ts-ignore: decorator
@inline export function ptr(args: usize, i: i32): usize { return <usize>load<f64>(args + (<usize>i << 3)); }

// @ts-ignore: decorator
@inline export function int(args: usize, i: i32): i32 { return <i32>load<f64>(args + (<usize>i << 3)); }

// @ts-ignore: decorator
@inline export function single(args: usize, i: i32): f32 { return <f32>load<f64>(args + (<usize>i << 3)); }

// @ts-ignore: decorator
@inline export function double(args: usize, i: i32): f64 { return load<f64>(args + (<usize>i << 3)); }

/** Where part `part` of `parts` begins among `n` items, which are cut only at multiples of `unit`. */
export function cut(n: i32, part: i32, parts: i32, unit: i32): i32 {
  const units = (<i64>n + unit - 1) / unit;
  return <i32>min<i64>(n, ((units * part) / parts) * unit);
}
