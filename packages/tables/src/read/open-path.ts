import { TableError } from '../table-error.ts';
import { platform } from './current-platform.ts';
import { collect, inMemory, type OpenSource } from './opened.ts';
import type { OpenFile } from './platform.ts';

export async function openPath(path: string): Promise<OpenSource> {
  let file: OpenFile;
  try {
    file = await platform.open!(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const opened: OpenSource = {
    name: path,
    total: file.size,
    loaded: 0,
    async *chunks() {
      const chunks = file.chunks()[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await chunks.next().catch((cause) => {
          throw unreadable(path, cause);
        });
        if (done) return;
        opened.loaded += value.length;
        yield value;
      }
    },
    random: async () => {
      const { size } = file;
      if (size === undefined) return inMemory(await collect(opened));
      return {
        byteLength: size,
        async slice(start, end = size) {
          return (await file.slice(start, end)).buffer;
        },
      };
    },
    close: () => file.close(),
  };
  return opened;
}

function unreadable(path: string, cause: unknown): TableError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'no permission',
  };
  const reason = reasons[code ?? ''] ?? message;
  return new TableError('io', `cannot be read: ${reason}.`, { source: path }, cause);
}
