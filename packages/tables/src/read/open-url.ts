import { TableError } from '../table-error.ts';
import { openStream } from './open-stream.ts';
import type { OpenSource, RandomAccess } from './opened.ts';

export async function openUrl(url: string, signal?: AbortSignal): Promise<OpenSource> {
  const response = await fetchOk(url, { signal });
  const length = Number(response.headers.get('content-length'));
  // A body that was compressed on the way is longer than the header says.
  const whole = length > 0 && !response.headers.get('content-encoding');
  const body = response.body ?? new Blob([]).stream();
  const opened = openStream(body, url, whole ? length : undefined);
  const inParts = whole && response.headers.get('accept-ranges') === 'bytes';
  return inParts
    ? Object.assign(opened, { random: async () => ranges(url, length, signal) })
    : opened;
}

async function fetchOk(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new TableError(
      'network',
      'no answer. Check the address and the connection.',
      { source: url },
      cause,
    );
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new TableError(
      'network',
      `the server answered ${response.status} ${response.statusText}.`,
      {
        source: url,
      },
    );
  }
  return response;
}

/** Parts of a file on a server. */
function ranges(url: string, length: number, signal?: AbortSignal): RandomAccess {
  return {
    byteLength: length,
    async slice(start, end = length) {
      const part = await fetchOk(url, { signal, headers: { range: `bytes=${start}-${end - 1}` } });
      if (part.status === 206) return part.arrayBuffer();
      await part.body?.cancel();
      const what = 'the server gave the whole file where a part was asked for.';
      throw new TableError('network', what, { source: url });
    },
  };
}
