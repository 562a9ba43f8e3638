// Draws the pictures of the README from what the models compute.
// node --conditions=@kernel-methods/source packages/models/bench/pictures/index.ts [FOLDER]
import '@kernel-methods/backend-simd';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictures } from './pictures.ts';

const folder = process.argv[2] ?? import.meta.dirname;
for (const [name, draw] of Object.entries(pictures)) {
  writeFileSync(join(folder, `${name}.svg`), await draw());
}
process.exit(); // The waiting threads keep the process alive.
