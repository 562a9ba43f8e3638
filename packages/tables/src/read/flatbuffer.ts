/**
 * What a FlatBuffers table holds: the shape of each slot, in the order of the schema, with a name.
 * A union takes two slots: its type, and the table of that type.
 */
export type TableShape = () => readonly (readonly [string, SlotShape])[];

export type SlotShape =
  | 'byte'
  | 'short'
  | 'int'
  | 'long'
  | 'string'
  /** A vector of scalars or structs of so many bytes. */
  | { readonly items: number }
  | { readonly table: TableShape }
  | { readonly tables: TableShape }
  | { readonly union: readonly (TableShape | undefined)[] };

/** A table as an object. A slot that is not there is left out, as is an empty union. */
export interface FlatTable {
  readonly [name: string]: unknown;
}

/** A vector of scalars or structs, where it lies. */
export interface FlatItems {
  readonly start: number;
  readonly count: number;
}

/**
 * Reads the table at the root of a FlatBuffers message with every place checked: what it returns
 * lies within the bytes, and so does all that another reader finds by the same shapes. Tables that
 * refer to each other in circles, or again and again, end it.
 *
 * @throws RangeError where it points outside.
 */
export function readFlatbuffer(bytes: Uint8Array, root: TableShape): FlatTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = bytes.length;
  const pointer = (at: number) => at + view.getUint32(at, true);

  function vector(at: number, size: number): FlatItems {
    const start = pointer(at) + 4;
    const count = view.getUint32(start - 4, true);
    left -= count;
    if (start + count * size > bytes.length || left < 0) throw outside();
    return { start, count };
  }

  function table(at: number, shape: TableShape): FlatTable {
    const slots = view.getInt32(at, true);
    const vtable = at - slots;
    const end = vtable + view.getUint16(vtable, true);
    left -= 4;
    if (end > bytes.length || left < 0) throw outside();
    const found: Record<string, unknown> = {};
    let slot = vtable + 4;
    for (const [name, what] of shape()) {
      const place = (from: number) => (from + 2 <= end ? view.getUint16(from, true) : 0);
      const offset = place(slot);
      if (typeof what === 'object' && 'union' in what) {
        const type = offset ? view.getUint8(at + offset) : 0;
        const value = place(slot + 2);
        const own = what.union[type];
        found[`${name}Type`] = type;
        if (type && !own) throw new RangeError(`${name} is of the unknown type ${type}`);
        if (own && value) found[name] = table(pointer(at + value), own);
        slot += 4;
        continue;
      }
      slot += 2;
      if (offset) found[name] = value(at + offset, what);
    }
    return found;
  }

  function value(at: number, what: Exclude<SlotShape, { union: unknown }>): unknown {
    if (what === 'byte') return view.getUint8(at);
    if (what === 'short') return view.getInt16(at, true);
    if (what === 'int') return view.getInt32(at, true);
    if (what === 'long') return Number(view.getBigInt64(at, true));
    if (what === 'string') return vector(at, 1);
    if ('items' in what) return vector(at, what.items);
    if ('table' in what) return table(pointer(at), what.table);
    const { start, count } = vector(at, 4);
    return Array.from({ length: count }, (_, i) => table(pointer(start + 4 * i), what.tables));
  }

  return table(pointer(0), root);
}

const outside = () => new RangeError('it points outside of itself');
