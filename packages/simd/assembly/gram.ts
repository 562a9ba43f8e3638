import { cut, int, ptr } from './arguments';
import { GRAM_NC, MR, NR, TILE_BYTES } from './blocks';
import { micro, TILE_ROW } from './micro';
import { packSix } from './pack';

/**
 * The upper half of out = ZᵀZ (d×d), or what it adds to out, from at most KC rows of Z. What lies below the
 * diagonal in the same tiles is written too. The products are float32, out is float32 or float64.
 * Arguments: z, z packed by packB, rows, d, ldz, out, ldout, out is float64, add, scratch, bytes of scratch per part.
 * A part needs TILE_BYTES + 4·GRAM_NC·rows bytes of scratch.
 */
export function gram(args: usize, part: i32, parts: i32): void {
  const z = ptr(args, 0);
  const packed = ptr(args, 1);
  const k = int(args, 2);
  const d = int(args, 3);
  const ldz = <usize>int(args, 4) << 2;
  const out = ptr(args, 5);
  const wide = int(args, 7) != 0;
  const size: usize = wide ? 8 : 4;
  const ldout = <usize>int(args, 6) * size;
  const add = int(args, 8) != 0;
  const tile = ptr(args, 9) + <usize>part * ptr(args, 10);
  const panels = tile + TILE_BYTES;
  const blocks = (d + GRAM_NC - 1) / GRAM_NC;
  const pairs = (blocks * (blocks + 1)) >> 1;
  const stop = cut(pairs, part + 1, parts, 1);
  let pair = cut(pairs, part, parts, 1);
  // Pairs of blocks row by row: (0, 0), (0, 1) … (1, 1), (1, 2) …
  let bi = 0, behind = pair;
  while (behind >= blocks - bi) behind -= blocks - bi++;
  let bj = bi + behind;
  for (let packedRow = -1; pair < stop; pair++) {
    const i0 = bi * GRAM_NC, i1 = min(i0 + GRAM_NC, d);
    if (packedRow != bi) {
      for (let i = i0; i < i1; i += MR) {
        packSix(z + (<usize>i << 2), panels + (<usize>(i - i0) * <usize>k << 2), min(MR, d - i), k, ldz, 4);
      }
      packedRow = bi;
    }
    const j1 = min(bj * GRAM_NC + GRAM_NC, d);
    for (let j = bj * GRAM_NC; j < j1; j += NR) {
      const bp = packed + (<usize>j * <usize>k << 2);
      for (let i = i0; i < i1 && i < j + NR; i += MR) {
        const ap = panels + (<usize>(i - i0) * <usize>k << 2);
        const c = out + <usize>i * ldout + <usize>j * size;
        const rows = min(MR, d - i), columns = min(NR, d - j);
        if (!wide && rows == MR && columns == NR) micro(ap, bp, false, 0, k, c, ldout, !add, false, 1, 0, 0, 0);
        else {
          micro(ap, bp, false, 0, k, tile, TILE_ROW, true, false, 1, 0, 0, 0);
          if (wide) addTile64(tile, c, ldout, rows, columns, add);
          else addTile(tile, c, ldout, rows, columns, add);
        }
      }
    }
    if (++bj == blocks) bj = ++bi;
  }
}

function addTile(tile: usize, c: usize, ld: usize, rows: i32, columns: i32, add: bool): void {
  for (let r = 0; r < rows; r++, tile += TILE_ROW, c += ld) {
    for (let at: usize = 0; at < <usize>columns << 2; at += 4) {
      const x = load<f32>(tile + at);
      store<f32>(c + at, add ? load<f32>(c + at) + x : x);
    }
  }
}

function addTile64(tile: usize, c: usize, ld: usize, rows: i32, columns: i32, add: bool): void {
  for (let r = 0; r < rows; r++, tile += TILE_ROW, c += ld) {
    let j = 0;
    for (; j + 2 <= columns; j += 2) {
      const x = f64x2.promote_low_f32x4(v128.load64_zero(tile + (<usize>j << 2)));
      const to = c + (<usize>j << 3);
      v128.store(to, add ? f64x2.add(v128.load(to), x) : x);
    }
    if (j < columns) {
      const x = <f64>load<f32>(tile + (<usize>j << 2));
      const to = c + (<usize>j << 3);
      store<f64>(to, add ? load<f64>(to) + x : x);
    }
  }
}

/**
 * Copies the upper half of a d×d matrix to its lower half. Arguments: x, d, ld, x is float64.
 */
export function mirror(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 0);
  const d = int(args, 1);
  const wide = int(args, 3) != 0;
  const shift: usize = wide ? 3 : 2;
  const ld = <usize>int(args, 2) << shift;
  const strips = (d + 31) >> 5;
  // Parts take strips in turn, since the lower ones are longer.
  for (let strip = part; strip < strips; strip += parts) {
    const i0 = strip << 5, i1 = min(i0 + 32, d);
    for (let jb = 0; jb < i1; jb += 32) {
      for (let i = i0; i < i1; i++) {
        for (let j = jb, end = min(jb + 32, i); j < end; j++) {
          const to = x + <usize>i * ld + (<usize>j << shift), from = x + <usize>j * ld + (<usize>i << shift);
          if (wide) store<f64>(to, load<f64>(from));
          else store<f32>(to, load<f32>(from));
        }
      }
    }
  }
}

/** out[i][j] += x[i][j] (or = it), out float64, x float32. Arguments: x, out, rows, columns, ldx, ldout, add. */
export function addTo64(args: usize, part: i32, parts: i32): void {
  const rows = int(args, 2);
  const columns = int(args, 3);
  const last = cut(rows, part + 1, parts, 8);
  for (let i = cut(rows, part, parts, 8); i < last; i++) {
    const from = ptr(args, 0) + (<usize>i * <usize>int(args, 4) << 2);
    addTile64(from, ptr(args, 1) + (<usize>i * <usize>int(args, 5) << 3), 0, 1, columns, int(args, 6) != 0);
  }
}
