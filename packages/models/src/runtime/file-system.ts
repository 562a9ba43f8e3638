import * as tf from '@tensorflow/tfjs-core';

/**
 * Saves and loads a model in a folder of the file system, in tfjs's own format (`model.json` and a
 * file of weights), for Node, where tfjs itself has no such handler without its native binding.
 *
 * Saving is atomic: the weights are written under a new name and `model.json`, which names them,
 * is renamed into place last. Who reads meanwhile, or after a crash, finds the old model or the
 * new one, whole.
 *
 * @param path the folder; made if missing. For loading also the path of a `model.json`.
 */
export function fileSystem(path: string): tf.io.IOHandler {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(
      `\`path\` must be the path of a folder. Received: ${JSON.stringify(path)}.`,
    );
  }
  return { save: (artifacts) => save(path, artifacts), load: () => load(path) };
}

/** Our files of weights are named by the digest of what is in them. */
const ownName = /^weights-([0-9a-f]{16})\.bin$/;

async function save(folder: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  const { fs, join } = node();
  const { modelTopology, weightSpecs, weightData } = artifacts;
  if (modelTopology === undefined || modelTopology instanceof ArrayBuffer) {
    throw new Error('`fileSystem` saves layers models. Received: a model without a JSON topology.');
  }
  const weights = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
  const weightsFile = `weights-${await digest(weights)}.bin`;
  const json: tf.io.ModelJSON = {
    ...withoutWeights(artifacts),
    modelTopology,
    weightsManifest: [{ paths: [weightsFile], weights: weightSpecs ?? [] }],
  };
  const text = JSON.stringify(json);
  await fs.mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, weightsFile), weights);
  await writeAtomically(join(folder, 'model.json'), text);
  await removeOldWeights(folder, weightsFile);
  return {
    modelArtifactsInfo: {
      dateSaved: new Date(),
      modelTopologyType: 'JSON',
      modelTopologyBytes: text.length,
      weightSpecsBytes: JSON.stringify(weightSpecs ?? []).length,
      weightDataBytes: weights.length,
    },
  };
}

async function load(path: string): Promise<tf.io.ModelArtifacts> {
  const file = path.endsWith('.json') ? path : node().join(path, 'model.json');
  // A save between our two reads removes the weights that the old model.json names. Then there is
  // a new model.json, and we begin again.
  for (let text = await readJson(file); ; ) {
    try {
      return await withWeights(parse(text, file), file);
    } catch (error) {
      const now = await readJson(file);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || now === text) throw error;
      text = now;
    }
  }
}

function readJson(file: string): Promise<string> {
  return node()
    .fs.readFile(file, 'utf8')
    .catch((cause: Error) => {
      throw new Error(`No model can be read at '${file}': ${cause.message}.`, { cause });
    });
}

async function withWeights(json: tf.io.ModelJSON, file: string): Promise<tf.io.ModelArtifacts> {
  const { fs, join, dirname } = node();
  return tf.io.getModelArtifactsForJSON(json, async (manifest) => {
    const specs = manifest.flatMap((group) => group.weights);
    const names = manifest.flatMap((group) => group.paths);
    const parts = await Promise.all(
      names.map(async (name) => {
        const path = join(dirname(file), name);
        const bytes = await fs.readFile(path);
        const expected = ownName.exec(name)?.[1];
        if (expected !== undefined && expected !== (await digest(bytes))) {
          throw new Error(`'${path}' is not what was saved: the model is damaged.`);
        }
        return bytes;
      }),
    );
    const weights = Buffer.concat(parts);
    return [specs, weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length)];
  });
}

function parse(text: string, file: string): tf.io.ModelJSON {
  let json: tf.io.ModelJSON | undefined;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`'${file}' is not JSON: the model is damaged.`, { cause });
  }
  if (!json?.modelTopology || !Array.isArray(json.weightsManifest)) {
    throw new Error(`'${file}' is not a tfjs layers model: it has no topology or no weights.`);
  }
  return json;
}

function withoutWeights(artifacts: tf.io.ModelArtifacts): Partial<tf.io.ModelArtifacts> {
  const { weightSpecs: _specs, weightData: _data, getWeightStream: _stream, ...rest } = artifacts;
  return rest;
}

async function writeAtomically(file: string, content: Buffer | string): Promise<void> {
  const { fs } = node();
  const beside = `${file}.${process.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await fs.writeFile(beside, content, { flush: true });
    await fs.rename(beside, file);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw error;
  }
}

/** The names are of our own making, so nothing else in the folder is touched. */
async function removeOldWeights(folder: string, current: string): Promise<void> {
  const { fs, join } = node();
  const names = await fs.readdir(folder);
  const old = names.filter((name) => ownName.test(name) && name !== current);
  await Promise.all(old.map((name) => fs.rm(join(folder, name), { force: true })));
}

async function digest(bytes: Buffer): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Buffer.from(hash).toString('hex').slice(0, 16);
}

/** Node's modules, asked for when used: a bundle for the browser has no import of them. */
function node() {
  const builtin = globalThis.process?.getBuiltinModule;
  if (builtin === undefined) {
    throw new Error(
      "`fileSystem` needs Node 22.3 or later. In a browser save to 'indexeddb://name', 'localstorage://name' or 'downloads://name'.",
    );
  }
  return { fs: builtin('node:fs/promises'), ...builtin('node:path') };
}
