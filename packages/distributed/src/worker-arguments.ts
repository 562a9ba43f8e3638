import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type StartWorkerOptions, startWorker } from './start-worker.ts';

const help = `kernel-methods-worker --redis URL [--allow NAME=MODULE]…

Works for the fits that are announced at a Redis, until it is told to end (SIGINT, SIGTERM): then it
sends what is done.

  --redis URL           redis://[user:password@]host:port[/database], or rediss:// with TLS;
                        default: the variable REDIS_URL
  --ca FILE             the certificate of the authority that signed that of Redis
  --allow NAME=MODULE   lets shards name this module: a path, or the name of a package; may be repeated
  --backend MODULE      what registers a backend of TensorFlow.js; default: the first that is installed of
                        @kernel-methods/backend-simd, @tensorflow/tfjs-backend-wasm and -cpu
  --queue NAME          where fits are found; default fits
  --lease SECONDS       after which a silent worker loses its seat; default 30
  --send-every SECONDS  of work, after which a result is sent though there is more to do; default 300
  --quiet               prints nothing
  --help                prints this
`;

const backends = [
  '@kernel-methods/backend-simd',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-cpu',
];

/** Runs the program until it is told to end; its exit code. */
export async function runWorkerProgram(args: readonly string[]): Promise<number> {
  try {
    const found = await workerOptions(args, process.env);
    if (found === 'help') {
      process.stdout.write(help);
      return 0;
    }
    const { backend, isQuiet, options } = found;
    await registerBackend(backend);
    const say = (text: string) => void (isQuiet || process.stdout.write(`${text}\n`));
    const worker = await startWorker({
      ...options,
      onFit: ({ name, sent, received }) =>
        say(`${name}: ${megabytes(sent)} MB sent, ${megabytes(received)} MB received`),
    });
    say('Waiting for fits.');
    await new Promise<void>((ended) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended());
    });
    await worker.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

/** The options that arguments and environment give. @throws Error that says what is wrong. */
export async function workerOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<'help' | { backend?: string; isQuiet: boolean; options: StartWorkerOptions }> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      redis: { type: 'string' },
      ca: { type: 'string' },
      allow: { type: 'string', multiple: true, default: [] },
      backend: { type: 'string' },
      queue: { type: 'string' },
      lease: { type: 'string' },
      'send-every': { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const url = values.redis ?? environment.REDIS_URL;
  if (url === undefined) throw new Error('`--redis` must name a Redis, such as redis://localhost.');
  const lease = seconds('lease', values.lease);
  const sendEvery = seconds('send-every', values['send-every']);
  return {
    backend: values.backend,
    isQuiet: values.quiet,
    options: {
      connection: await connectionOf(url, values.ca),
      modules: Object.fromEntries(values.allow.map(allowed)),
      ...(values.queue !== undefined && { queue: values.queue }),
      ...(lease !== undefined && { lease: Math.round(1000 * lease) }),
      ...(sendEvery !== undefined && { sendEvery }),
    },
  };
}

async function connectionOf(url: string, ca: string | undefined) {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new Error(
      `\`--redis\` must be a URL that begins with redis:// or rediss://. Received: ${hidden(url)}.`,
    );
  }
  if (ca === undefined) return url;
  const { readFile } = await import('node:fs/promises');
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { db: Number(pathname.slice(1)) }),
    tls: { ca: await readFile(ca) },
  };
}

/** A URL without its password. */
const hidden = (url: string) => url.replace(/\/\/[^@/]*@/, '//…@');

function allowed(text: string): [string, string] {
  const at = text.indexOf('=');
  const [name, place] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || place === '') {
    throw new Error(`\`--allow\` must be NAME=MODULE, such as rows=./rows.js. Received: ${text}.`);
  }
  const path = resolve(place);
  if (existsSync(path)) return [name, pathToFileURL(path).href];
  if (/^[./]/.test(place))
    throw new Error(`\`--allow\` must name a file that is there. Received: ${text}.`);
  return [name, fromHere(place)];
}

/** Where a package lies, seen from the folder in which the program runs. */
const fromHere = (name: string) =>
  pathToFileURL(createRequire(pathToFileURL(resolve('_.js'))).resolve(name)).href;

function seconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && value < 1e6) return value;
  throw new Error(`\`--${name}\` must be a number of seconds above 0. Received: ${text}.`);
}

async function registerBackend(given: string | undefined): Promise<void> {
  for (const name of given === undefined ? backends : [given]) {
    try {
      const path = resolve(name);
      await import(existsSync(path) ? pathToFileURL(path).href : name);
      return;
    } catch (error) {
      if (given !== undefined) throw error;
    }
  }
  throw new Error(`No TensorFlow.js backend is installed. Install one of ${backends.join(', ')}.`);
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
