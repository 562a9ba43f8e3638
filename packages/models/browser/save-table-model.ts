// Fits models to a table, and prints them as they are saved, with their answers.
import { fittedAndSaved } from '../src/fixtures/table-model.ts';

process.stdout.write(JSON.stringify(await fittedAndSaved()), () => process.exit());
