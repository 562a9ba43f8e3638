import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const registrations: Record<string, string> = {
  cpu: '@tensorflow/tfjs-backend-cpu',
  simd: fileURLToPath(new URL('../src/index.ts', import.meta.url)),
};

/**
 * Bundles tfjs-core's specs with a backend and returns the file's path. They are bundled because
 * the published files import each other without extensions, which Node refuses.
 */
export async function bundleSpecs(backend: string): Promise<string> {
  const registration = registrations[backend];
  if (!registration) throw new RangeError(`\`backend\` must be cpu or simd. Received: ${backend}.`);
  const folder = fileURLToPath(new URL('../node_modules/.cache/tfjs-specs/', import.meta.url));
  await mkdir(folder, { recursive: true });
  // Several runs may go on at the same time.
  const file = `${folder}${backend}-${process.pid}.mjs`;
  const core = '@tensorflow/tfjs-core/dist';
  const modules: Record<string, string> = {
    entry: `
      import '${core}/index.js';
      import '${core}/register_all_gradients.js';
      import '${core}/public/chained_ops/register_all_chained_ops.js';
      import '${registration}';
      import 'environments';
      import '${core}/tests.js';`,
    // The specs read their environments while they are imported, so these are set before.
    environments: `
      import { setTestEnvs } from '${core}/jasmine_util.js';
      setTestEnvs([{ name: '${backend}', backendName: '${backend}', isDataSync: true }]);`,
  };
  const root = fileURLToPath(new URL('../src/', import.meta.url));
  const bundle = await rolldown({
    input: 'entry',
    platform: 'node',
    treeshake: false, // tfjs marks modules as free of side effects that are not
    external: [/^jasmine-core/, '@kernel-methods/simd'],
    resolve: {
      mainFields: ['module', 'main'],
      conditionNames: ['@kernel-methods/source', 'import', 'node'],
    },
    logLevel: 'silent',
    plugins: [
      {
        name: 'virtual',
        resolveId(id, importer) {
          if (id in modules) return `\0${id}`;
          return importer?.startsWith('\0') ? this.resolve(id, `${root}index.ts`) : null;
        },
        load: (id) => modules[id.slice(1)] ?? null,
        // Two specs name cpu because they need a real backend; "will work for any", they say.
        transform: (code, id) =>
          id.endsWith('/engine_test.js') ? code.replaceAll("'cpu'", `'${backend}'`) : null,
      },
    ],
  });
  await bundle.write({ file, format: 'esm', minify: false, codeSplitting: false });
  await bundle.close();
  return file;
}
