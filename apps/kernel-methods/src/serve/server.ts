import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { plainCsv } from '@kernel-methods/report';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { cellsOf, columnsOf } from '../model/row-answer.ts';
import type { Metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { type Body, RequestError, readCsvBody, readJsonBody } from './read-body.ts';
import type { ServedModel, ServedModels } from './served-models.ts';

export interface ServerOptions {
  readonly models: ServedModels;
  readonly metrics: Metrics;
  readonly token?: string;
  readonly mostRows: number;
  readonly mostMegabytes: number;
  readonly concurrency: number;
  /** Whether the service ends: clients are then told to close their connections. */
  readonly isStopping?: () => boolean;
}

/** Seconds that a client may take to send its request. */
const REQUEST_SECONDS = 60;

/** The service over HTTP: it validates, limits, and hands rows to the models. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { models, metrics, token, mostRows, mostMegabytes, concurrency } = options;
  const app = Fastify({
    bodyLimit: Math.floor(1e6 * mostMegabytes),
    requestTimeout: 1000 * REQUEST_SECONDS,
    // Idle connections are closed at the end; requests are answered first.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
    // A URL that cannot be decoded reaches no route.
    frameworkErrors(_error, request, reply) {
      const error = `The address must be one that can be read. Received: ${request.raw.url}.`;
      void (reply as FastifyReply).code(400).send({ error });
    },
    clientErrorHandler: answerNoRequest,
  });
  let answering = 0;

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, JSON.parse(text as string));
    } catch {
      done(new RequestError(400, 'The body must be JSON.'));
    }
  });
  app.addContentTypeParser(
    ['text/csv', 'application/csv'],
    { parseAs: 'string' },
    (_request, text, done) => done(null, text),
  );

  app.addContentTypeParser('*', (request, _payload, done) =>
    done(
      new RequestError(
        415,
        `The content-type must be application/json or text/csv. Received: ${request.headers['content-type'] || 'none'}.`,
      ),
    ),
  );

  app.addHook('onRequest', async (request) => {
    if (
      token !== undefined &&
      request.routeOptions.url !== '/health' &&
      !isAllowed(request, token)
    ) {
      throw new RequestError(
        401,
        'The header Authorization must be: Bearer and the token of --token.',
      );
    }
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    if (options.isStopping?.()) reply.header('connection', 'close');
    return payload;
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(
      request.routeOptions.url ?? 'unknown',
      reply.statusCode,
      reply.elapsedTime / 1000,
    );
  });
  app.setErrorHandler(
    async (error: Error & { statusCode?: number; faults?: unknown[] }, _request, reply) => {
      const { statusCode = 500, faults = [] } = error;
      if (statusCode === 401) reply.header('WWW-Authenticate', 'Bearer');
      if (statusCode === 503) reply.header('Retry-After', '1');
      // What went wrong inside is no one else's business.
      const message =
        statusCode >= 500 && !(error instanceof RequestError)
          ? 'Something went wrong.'
          : error.message;
      if (statusCode >= 500 && !(error instanceof RequestError))
        process.stderr.write(`${error.stack ?? error}\n`);
      await reply.code(statusCode).send({ error: message, ...(faults.length > 0 && { faults }) });
    },
  );
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here; /openapi.json lists what there is.' }),
  );

  const answer = async (model: ServedModel, request: FastifyRequest) => {
    if (answering >= concurrency) {
      throw new RequestError(
        503,
        `At most ${concurrency} requests are answered at a time. Try again soon.`,
      );
    }
    answering += 1;
    metrics.inFlight = answering;
    try {
      const { rows, isSingle } = await bodyOf(request, model.record);
      const answers = await model.predict(rows);
      return isSingle ? answers[0] : { predictions: answers };
    } finally {
      answering -= 1;
      metrics.inFlight = answering;
    }
  };

  const bodyOf = async (request: FastifyRequest, record: ServedModel['record']): Promise<Body> =>
    typeof request.body === 'string' && isCsv(request)
      ? readCsvBody(request.body, record, mostRows)
      : readJsonBody(request.body, record, mostRows);

  const predictRoute = (url: string, nameOf: (request: FastifyRequest) => string) =>
    app.post(url, (request, reply) =>
      models.use(nameOf(request), (model) => respond(model, request, reply)),
    );

  const respond = async (model: ServedModel, request: FastifyRequest, reply: FastifyReply) => {
    const said = await answer(model, request);
    const wantsCsv = request.headers.accept?.includes('text/csv') ?? false;
    if (!wantsCsv && !(isCsv(request) && !request.headers.accept?.includes('json'))) return said;
    const answers = 'predictions' in said ? said.predictions : [said];
    reply.type('text/csv; charset=utf-8');
    return plainCsv([
      columnsOf(model.record, models.interval),
      ...answers.map((one) => cellsOf(one, model.record)),
    ]);
  };

  predictRoute('/predict', () => models.names[0]);
  predictRoute('/models/:name/predict', (request) =>
    known((request.params as { name: string }).name),
  );
  app.get('/models', async () => ({
    models: models.names.map((name) => {
      const { target, task, metric, rows, columns, scores, description, classes, createdAt } =
        models.record(name);
      const about = {
        target,
        task,
        metric,
        rows,
        columns,
        scores,
        description,
        classes,
        createdAt,
      };
      return { name, loadedAt: models.loadedAt(name).toISOString(), ...about };
    }),
  }));
  app.get('/health', async () => ({ status: 'ok', models: models.names }));
  app.get('/metrics', async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8');
    return metrics.text();
  });
  app.get('/openapi.json', async () =>
    openApi(
      models.names.map((name) => ({ name, record: models.record(name) })),
      models.interval,
    ),
  );
  return app;

  function known(name: string): string {
    if (models.names.includes(name)) return name;
    throw new RequestError(404, `There is no such model; there are: ${models.names.join(', ')}.`);
  }
}

/** What comes to the port may be no HTTP at all, or never end. */
function answerNoRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'The request took too long to arrive.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'The headers are too large.']
        : ['400 Bad Request', 'The request must be HTTP.'];
  const body = JSON.stringify({ error: message });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${body}`,
  );
}

const isCsv = (request: FastifyRequest) =>
  /^(?:text|application)\/csv\b/i.test(request.headers['content-type'] ?? '');

/** The time that it takes does not depend on how much of the token is right. */
function isAllowed({ headers }: FastifyRequest, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}
