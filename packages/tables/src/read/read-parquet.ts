import type { SchemaTree } from 'hyparquet';
import { TableError } from '../table-error.ts';
import type { ColumnBlock, FileColumn } from './column-blocks.ts';
import { type ColumnarReader, columnarReader } from './columnar-reader.ts';
import type { OpenSource, RandomAccess } from './opened.ts';

/**
 * Reads Parquet by hyparquet, which is loaded on the first call: only the columns that are asked for,
 * one row group after the other. A stream is held whole, a file, URL or Blob is read in parts.
 *
 * @throws TableError if it is no such file, or a column is of a type that no table holds.
 *
 * @example
 * const table = await readParquet('people.parquet');
 */
export const readParquet: ColumnarReader = columnarReader(async (opened, watch) => {
  const file = counted(await opened.random(), opened);
  const { name } = opened;
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  return parsed(name, async () => {
    const metadata = await parquetMetadataAsync(file);
    return {
      columns: parquetSchema(metadata).children.map(fileColumn),
      blocks: (columns) => rowGroups(file, metadata, columns, name, watch),
    };
  });
});

type Metadata = Awaited<ReturnType<typeof import('hyparquet').parquetMetadataAsync>>;

async function* rowGroups(
  file: RandomAccess,
  metadata: Metadata,
  columns: readonly FileColumn[],
  source: string | undefined,
  watch: (rows: number) => void,
): AsyncGenerator<ColumnBlock> {
  const [{ parquetRead }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (rows === 0) continue;
    const rowEnd = rowStart + rows;
    const values = new Map(columns.map(({ name }) => [name, [] as unknown[]]));
    await parsed(source, () =>
      parquetRead({
        file,
        metadata,
        compressors,
        columns: [...values.keys()],
        rowStart,
        rowEnd,
        onChunk({ columnName, columnData, rowStart: from }) {
          const column = values.get(columnName);
          if (!column) return;
          // A chunk may reach beyond the rows that were asked for.
          for (let i = 0; i < columnData.length; i++) {
            const row = from + i - rowStart;
            if (row >= 0 && row < rows) column[row] = columnData[i];
          }
        },
      }),
    );
    // A count that is damaged must not make rows of nothing.
    if ([...values.values()].some((column) => column.length !== rows)) {
      const what = `cannot be read as Parquet: a group says that it has ${rows} rows, and has others.`;
      throw new TableError('format', what, { source });
    }
    yield { rows, columns: columns.map(({ name }) => values.get(name)!) };
    rowStart = rowEnd;
    watch(rowStart);
  }
}

function fileColumn({ element, children }: SchemaTree): FileColumn {
  const { name, type, converted_type: converted, logical_type: logical, repetition_type } = element;
  const fileType = logical?.type ?? converted ?? type ?? 'a group';
  const nested = children.length > 0 || repetition_type === 'REPEATED';
  return {
    name,
    fileType,
    type: nested ? undefined : columnType(type, converted ?? logical?.type),
  };
}

function columnType(physical: string | undefined, meaning: string | undefined): FileColumn['type'] {
  if (meaning === 'DATE' || meaning?.startsWith('TIMESTAMP')) return 'date';
  if (meaning === 'DECIMAL' || meaning === 'FLOAT16') return 'number';
  if (meaning === 'UTF8' || meaning === 'STRING' || meaning === 'ENUM' || meaning === 'UUID') {
    return 'string';
  }
  if (meaning !== undefined && !/^U?INT(?:_?\d+|EGER)?$/.test(meaning)) return undefined;
  switch (physical) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT96':
      return 'date';
    case 'INT32':
    case 'INT64':
    case 'FLOAT':
    case 'DOUBLE':
      return 'number';
    case 'BYTE_ARRAY':
      return 'string';
    default:
      return undefined;
  }
}

/** What the library throws is about the file. */
async function parsed<T>(source: string | undefined, parse: () => Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (cause) {
    if (cause instanceof TableError || (cause as Error | null)?.name === 'AbortError') throw cause;
    const what = `cannot be read as Parquet: ${(cause as Error).message}.`;
    throw new TableError('format', what, { source }, cause);
  }
}

function counted(file: RandomAccess, opened: OpenSource): RandomAccess {
  return {
    byteLength: file.byteLength,
    async slice(start, end) {
      const bytes = await file.slice(start, end);
      opened.loaded = Math.min(file.byteLength, opened.loaded + bytes.byteLength);
      return bytes;
    },
  };
}
