import { writeFileSync } from 'node:fs';
import { configSchema } from '../src/matrix/config-schema.ts';

// Writes bench.schema.json anew from the tables of options; biome brings it into its form.
// node --conditions=@kernel-methods/source apps/mnist-bench/bench/write-schema.ts && biome format --write apps/mnist-bench/bench.schema.json

const path = new URL('../bench.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(configSchema(), null, 2)}\n`);
