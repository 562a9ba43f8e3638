// Fits a model to a table, and prints it as it is saved, with its answers.
import { fittedAndSaved } from '../src/fixtures/table-model.ts';

process.stdout.write(JSON.stringify(await fittedAndSaved()), () => process.exit());
