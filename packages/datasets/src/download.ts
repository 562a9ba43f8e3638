import { concat } from './bytes.ts';
import { DatasetError } from './dataset-error.ts';

export interface DownloadProgress {
  /** The file's name. */
  file: string;
  url: string;
  /** Bytes so far. */
  loaded: number;
  /** Bytes in total, if the server says so. */
  total?: number;
}

export interface DownloadOptions<T> {
  /** The file's name for errors and progress. */
  name: string;
  urls: readonly string[];
  /** A longer file is refused. */
  maxBytes: number;
  /** Checks the bytes; if it throws a DatasetError, the next URL is tried. */
  accept: (bytes: Uint8Array, url: string) => Promise<T>;
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  transport?: Transport;
}

/** Times in milliseconds. */
export interface Transport {
  /** Attempts per URL. */
  attempts: number;
  /** The wait before the second attempt; it doubles before each further one. */
  backoff: number;
  /** The time without data after which an attempt is given up. */
  patience: number;
}

const patient: Transport = { attempts: 3, backoff: 500, patience: 30_000 };

/**
 * Downloads a file from the first URL that has it. A URL that does not answer or is overloaded is
 * tried a few times.
 *
 * @throws DatasetError that says what happened at each URL; the signal's reason if it is aborted.
 */
export async function download<T>(options: DownloadOptions<T>): Promise<T> {
  const { urls, accept, signal, transport = patient } = options;
  const failures: DatasetError[] = [];
  for (const url of urls) {
    for (let attempt = 1; attempt <= transport.attempts; attempt++) {
      try {
        return await accept(await fetchBytes(url, options), url);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof DatasetError)) throw error;
        if (attempt === 1) failures.push(error);
        if (!isPassing(error)) break;
      }
      if (attempt < transport.attempts) await sleep(transport.backoff * 2 ** (attempt - 1), signal);
    }
  }
  throw summary(options.name, failures);
}

async function fetchBytes<T>(url: string, options: DownloadOptions<T>): Promise<Uint8Array> {
  const { name, maxBytes, signal, onProgress, transport = patient } = options;
  const silence = new AbortController();
  const either = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), transport.patience);
  };
  const noAnswer = (cause: unknown) => {
    const reason = silence.signal.aborted
      ? `silent for ${transport.patience / 1000} s`
      : reasonOf(cause);
    return new DatasetError('network', url, `no answer (${reason})`, cause);
  };
  listen();
  try {
    const response = await fetch(url, { signal: either }).catch((cause) => {
      throw noAnswer(cause);
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel().catch(() => {});
      throw new DatasetError('http', url, `HTTP ${response.status}`, { status: response.status });
    }
    const encoded = response.headers.has('content-encoding');
    const total = encoded ? undefined : Number(response.headers.get('content-length')) || undefined;
    const reader = response.body.getReader();
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw noAnswer(cause);
      });
      if (done) return concat(chunks, loaded);
      listen();
      chunks.push(value);
      loaded += value.length;
      if (loaded > maxBytes) {
        await reader.cancel().catch(() => {});
        throw new DatasetError('oversized', url, `more than ${maxBytes} bytes`);
      }
      onProgress?.({ file: name, url, loaded, total });
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it makes sense to try the same URL again. */
function isPassing({ code, cause }: DatasetError): boolean {
  const status = (cause as { status?: number } | undefined)?.status ?? 0;
  return code === 'network' || (code === 'http' && (status >= 500 || [408, 429].includes(status)));
}

/** Node puts the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
}

function summary(name: string, failures: DatasetError[]): DatasetError {
  const told = failures.find(({ code }) => code !== 'network') ?? failures[0];
  const list = failures.map(({ message }) => message.replace(/\.$/, '')).join('; ');
  const what = `could not be downloaded. Check the connection (behind a proxy Node needs NODE_USE_ENV_PROXY=1), or get the file by other means and name its folder as \`dataDir\`. Tried: ${list}.`;
  return new DatasetError(told.code, name, what, told);
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
