// Mixed good and bad requests to `serve`, 10,000 or as many as are asked for: the model is saved anew after
// a third, and SIGTERM comes after two thirds. Exits 1 if an answer is wrong, or one is lost.
import '@kernel-methods/backend-simd';
import { parseArgs } from 'node:util';
import { mixedRequests } from '../src/fixtures/mixed-requests.ts';
import { run } from '../src/fixtures/run.ts';
import { answeredBy, soak, startService } from '../src/fixtures/soak.ts';
import { temporary, writeShops } from '../src/fixtures/tables.ts';
import { openModel, saveModel } from '../src/model/model-folder.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const count = Number(values.requests);
const folder = temporary();
try {
  writeShops(folder.at('shops.csv'), 300, 1);
  const args = ['--target', 'does', '--drop', 'id,sales', '--candidates', '1', '--quiet'];
  const fitted = await run(['fit', 'shops.csv', ...args, '--save', 'model'], folder.path);
  if (fitted.code !== 0) throw new Error(fitted.stderr);
  const service = await startService(['model', '--concurrency', '1000'], folder.path);
  const given = Array.from({ length: 50 }, (_, i) => ({
    x: 3 * Math.cos(i),
    y: 0.05 * i,
    kind: ['cafe', 'books', 'shoes'][i % 3],
  }));
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  });
  const { predictions } = (await response.json()) as { predictions: { prediction: string }[] };
  const rows = given.map((row, i) => ({ row, prediction: predictions[i].prediction }));
  const start = performance.now();
  const outcome = await soak(
    service,
    mixedRequests(count, rows, Number(values.seed)),
    async () => {
      const saved = await openModel(folder.at('model'));
      await saveModel(folder.at('model'), saved.model, saved.record);
      saved.model.dispose();
    },
    32,
  );
  const seconds = (performance.now() - start) / 1000;
  const { right, wrong, answered, asked, refused, end } = outcome;
  // The first request told what is right.
  const told = answeredBy(end) - asked - 1;
  console.log(
    `${right} of ${count} answered as they must be in ${seconds.toFixed(1)} s, ${wrong.length} otherwise, ${refused} after the service had ended; it has answered ${told}, of which ${answered} came back`,
  );
  for (const one of wrong.slice(0, 10)) console.log(one);
  const holds = wrong.length === 0 && told === answered && end.code === 0;
  process.exitCode = holds ? 0 : 1;
} finally {
  folder.remove();
}
