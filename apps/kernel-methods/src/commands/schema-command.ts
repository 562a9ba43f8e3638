import { configSchema } from '../options/config-file.ts';

/** `kernel-methods schema`: the JSON schema of a --config file. */
export async function schemaCommand(): Promise<number> {
  process.stdout.write(`${JSON.stringify(configSchema(), null, 2)}\n`);
  return 0;
}
