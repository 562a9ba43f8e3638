// `npm run imports`: no circles, and no import against the floors of `floors.ts`.
import { root } from '../setup.js';
import { importFaults } from './check.ts';
import { rules } from './rules.ts';

const faults = await importFaults(root, rules());
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log('No circle, no import against the floors.');
