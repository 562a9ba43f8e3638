import { createRandom, type Random } from '@kernel-methods/random';

export const header = 'age,job,income,city,score,member,price\n';
const jobs = ['clerk', 'smith', 'cook', 'baker', ''];

function row(random: Random): string {
  const age = 18 + random.integer(60);
  const job = random.integer(jobs.length);
  const income = Math.exp(10 + 0.5 * random.normal());
  const score = random.normal();
  const member = random.uniform() < 0.3;
  const price = age / 10 + job + Math.log(income) + Math.sin(2 * score) + (member ? 1 : 0);
  const noisy = price + 0.1 * random.normal();
  return `${age},${jobs[job]},${income.toFixed(2)},c${random.integer(40)},${score.toFixed(5)},${member},${noisy.toFixed(4)}`;
}

/** Some rows without a header. */
export const rowsOf = (random: Random, count: number): string =>
  `${Array.from({ length: count }, () => row(random)).join('\n')}\n`;

let pieces: readonly Uint8Array[] | undefined;

/** Pieces of a megabyte, drawn once. */
function drawnPieces(): readonly Uint8Array[] {
  const random = createRandom(0);
  const encoder = new TextEncoder();
  pieces ??= Array.from({ length: 16 }, () => encoder.encode(rowsOf(random, 20_000)));
  return pieces;
}

/** At least so many bytes of a CSV: the pieces over and over again, in a random order. */
export async function* largeCsv(bytes: number): AsyncGenerator<Uint8Array> {
  const random = createRandom(1);
  const all = drawnPieces();
  yield new TextEncoder().encode(header);
  for (let sent = 0; sent < bytes; ) {
    // Whoever gets the bytes may keep them.
    const piece = all[random.integer(all.length)].slice();
    sent += piece.length;
    yield piece;
  }
}

/** The pieces as a web stream. */
export function largeStream(bytes: number): ReadableStream<Uint8Array> {
  const all = largeCsv(bytes);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await all.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
