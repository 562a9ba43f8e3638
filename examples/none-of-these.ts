/**
 * A classifier that knows what it does not know, and novelty without any labels.
 *
 *   node none-of-these.ts
 *
 * Three groups of points are known. Points from elsewhere belong to none of them: a classifier would
 * still name one of the three.
 */
import { createRandom, KernelOneClass, KernelSVM, rejecting } from 'kernel-methods';

const { normal, uniform } = createRandom(0);
const centres = { apple: [0, 0], pear: [4, 0], plum: [0, 4] };
const names = Object.keys(centres) as (keyof typeof centres)[];

/** Points around the centres. */
function fruit(count: number) {
  const y = Array.from({ length: count }, (_, i) => names[i % names.length]);
  return { x: y.map((name) => centres[name].map((c) => c + 0.5 * normal())), y };
}

/** Points from anywhere around. */
const anything = (count: number) =>
  Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * uniform();
    return [1.3 + 7 * Math.cos(angle), 1.3 + 7 * Math.sin(angle)];
  });

const [train, test, strangers] = [fruit(300), fruit(300), anything(300)];

const reject = rejecting(new KernelSVM<string>({ outputDim: 256 }), { coverage: 0.95 });
await reject.fit(train.x, train.y);
const found = await reject.evaluate(test.x, test.y, { unknown: strangers });
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
console.log(`known fruit, named correctly: ${percent(found.accuracy)}`);
console.log(`strangers, found: ${percent(found.recall)}`);
console.log(`area under the ROC curve: ${found.auroc.toFixed(3)}`);
const [apple, stranger] = await reject.predict([centres.apple, [30, 30]]);
console.log(`${apple}, and ${stranger === null ? 'none of these' : stranger}`);

const novelty = new KernelOneClass({ outputDim: 256, nu: 0.05 });
await novelty.fit(train.x);
const y = [...test.x.map(() => 1), ...strangers.map(() => -1)];
const { falseAlarms, recall } = await novelty.evaluate([...test.x, ...strangers], y);
console.log(`without labels: ${percent(recall)} found, false alarms ${percent(falseAlarms)}`);

novelty.dispose();
reject.dispose();
process.exit(); // The waiting threads keep the process alive.
