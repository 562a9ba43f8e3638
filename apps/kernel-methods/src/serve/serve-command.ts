import '@kernel-methods/backend-simd';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { plural } from '@kernel-methods/report';
import { onInterrupt, UsageError } from '@kernel-methods/runner';
import type { Asked } from '../options/asked.ts';
import type { ServeSettings } from '../options/options.ts';
import { outputFor } from '../terminal.ts';
import { Connections } from './connections.ts';
import { Metrics } from './metrics.ts';
import { ServedModels } from './served-models.ts';
import { createServer } from './server.ts';
import { warmUp } from './warm-up.ts';

/** How often models are looked at for a change. */
const LOOK_MS = 1000;

/** How long it keeps listening after SIGTERM. */
const LINGER_MS = 300;

/** Then connections without a request are closed. */
const QUIET_MS = 1000;

/** Then all are closed: service managers usually kill after 30 seconds. */
const MOST_MS = 20_000;

/** `kernel-methods serve`: answers until SIGTERM or SIGINT, and every request that it has taken. */
export async function serveCommand({ places, settings }: Asked<ServeSettings>): Promise<number> {
  const { port, host, token, mostRows, mostMegabytes, concurrency, interval } = settings;
  const output = outputFor(settings);
  const metrics = new Metrics();
  const models = await ServedModels.open(places, {
    onBatch: (rows) => metrics.batch(rows),
    isFull: () => connections.areAllAsking,
    ...(interval !== undefined && { interval }),
  });
  const { signal, dispose: hearNoSignals } = onInterrupt(
    () => output.note('Stopping: requests that are here are still answered.'),
    { term: true },
  );
  const app = createServer({
    isStopping: () => signal.aborted,
    ...{ models, metrics, mostRows, mostMegabytes, concurrency },
    ...(token !== undefined && { token }),
  });
  const connections = new Connections(app.server);
  const reload = async (all: boolean) => {
    for (const { name, error } of await models.reload(all)) {
      if (error) output.note(`${name} stays as it was: ${error.message}`);
      else {
        metrics.reload();
        output.note(`${name} is read again.`);
      }
    }
  };
  let looking = Promise.resolve();
  const look = (all: boolean) => {
    looking = looking.then(() => reload(all)).catch((error: Error) => output.note(error.message));
  };
  const watch = setInterval(look, LOOK_MS, false);
  const onHangUp = () => look(true);
  process.on('SIGHUP', onHangUp);
  try {
    await warmUp(app, models, {
      signal,
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    });
    metrics.clear();
    if (signal.aborted) return 0;
    const address = await app.listen({ port, host }).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, settings);
    });
    if (!isLoopback(host) && token === undefined) {
      output.note(`Anyone who reaches ${host} may ask: --token TEXT asks for a token.`);
    }
    for (const line of addressLines(models.names, address)) output.line(line);
    if (!signal.aborted) await once(signal, 'abort');
    // Requests on their way are still accepted, and each answer closes its connection.
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    const closing = connections.closeSoon(QUIET_MS, MOST_MS);
    await app.close().finally(() => closing.cancel());
    output.note(`Stopped: ${plural(metrics.answered, 'request')} answered.`);
    return 0;
  } finally {
    clearInterval(watch);
    hearNoSignals();
    process.off('SIGHUP', onHangUp);
    await looking;
    models.dispose();
  }
}

/** Where each model answers; the first of several does at /predict too. */
export function addressLines(names: readonly string[], address: string): string[] {
  const isOne = names.length === 1;
  const pathOf = (name: string) => (isOne ? '' : `/models/${encodeURIComponent(name)}`);
  return [
    ...names.map((name) => `${name} at ${address}${pathOf(name)}/predict`),
    `${address}/openapi.json says how to ask.`,
  ];
}

function listenError(error: NodeJS.ErrnoException, { port, host }: ServeSettings): Error {
  if (error.code === 'EADDRINUSE') {
    return new UsageError(
      `\`--port\` must be free; --port 0 takes one that is. Received: ${port}, which is in use.`,
    );
  }
  if (error.code === 'EACCES') {
    return new UsageError(
      `\`--port\` must be one that you may listen on, from 1024. Received: ${port}.`,
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new UsageError(`\`--host\` must be an address of this machine. Received: ${host}.`);
  }
  return error;
}

const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
