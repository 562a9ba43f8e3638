import type { FastifyInstance } from 'fastify';
import { sampleRows } from './sample-rows.ts';
import type { ServedModels } from './served-models.ts';

/** Requests at a time, as many clients send them, and how many such rounds are enough. */
const TOGETHER = 16;
const ROUNDS = 60;

/** A model that is slow, or many models, must not keep the service from its port. */
const MOST_MS = 3000;

/**
 * Sends a service requests for each of its models, as clients will: one row by itself, and some at a
 * time. So the first of those finds code that is compiled, and memory that is there. What a model
 * refuses does no harm here.
 *
 * @param headers what each request must have, such as the token.
 */
export async function warmUp(
  app: FastifyInstance,
  models: Pick<ServedModels, 'names' | 'record'>,
  {
    headers = {},
    signal,
  }: { headers?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
): Promise<void> {
  const end = performance.now() + MOST_MS;
  const isOver = () => performance.now() > end || signal?.aborted === true;
  for (const name of models.names) {
    const rows = sampleRows(models.record(name).columns, TOGETHER);
    const ask = (row: unknown) =>
      app.inject({
        ...{ method: 'POST', url: `/models/${encodeURIComponent(name)}/predict` },
        headers: { ...headers, 'content-type': 'application/json' },
        payload: JSON.stringify(row),
      });
    await ask(rows[0]);
    for (let round = 0; round < ROUNDS && !isOver(); round++) {
      await Promise.all(rows.map(ask));
      await ask(rows[round % TOGETHER]);
    }
  }
}
