import { shown } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Saves and loads a model in a folder of the file system, in tfjs's own format (`model.json` and a
 * file of weights), for Node, where tfjs itself has no such handler without its native binding.
 *
 * Saving is atomic: the weights are written under a new name and `model.json`, which names them, is
 * renamed into place last. A reader finds either the complete old model or the complete new one,
 * also during a save and after a crash.
 *
 * Weights are read from regular files beside the JSON only, and those that were saved here must be
 * the same bytes with the same specs.
 *
 * @param path the folder, made if missing; or the path of a JSON file, for another name than
 * `model.json`.
 *
 * @example
 * const model = new KernelSVM({ outputDim: 64, scale: 1 });
 * await model.fit([[0], [1], [2]], ['a', 'b', 'b']);
 * await model.save(fileSystem('folder'));
 * const loaded = await KernelSVM.load(fileSystem('folder'));
 */
export function fileSystem(path: string): tf.io.IOHandler {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(
      `\`path\` must be the path of a folder. Received: ${JSON.stringify(path)}.`,
    );
  }
  return { save: (artifacts) => save(path, artifacts), load: () => load(path) };
}

/** Our files of weights; each save has its own, so that no other save can remove it. */
const ownName = /^weights-[0-9a-f-]+\.bin$/;

/** A group of weights as we write it: with a digest of its specs and bytes. */
type SignedGroup = tf.io.WeightsManifestConfig[number] & { sha256?: unknown };

async function save(path: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  const { fs, join, dirname } = node();
  const { modelTopology, weightSpecs = [], weightData } = artifacts;
  if (modelTopology === undefined || modelTopology instanceof ArrayBuffer) {
    throw new Error('`fileSystem` saves layers models. Received: a model without a JSON topology.');
  }
  const file = modelFile(path);
  const folder = dirname(file);
  const weights = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
  const sha256 = await digest(weightSpecs, weights);
  const weightsFile = `weights-${sha256.slice(0, 16)}-${crypto.randomUUID().slice(0, 8)}.bin`;
  const group: SignedGroup = { paths: [weightsFile], weights: weightSpecs, sha256 };
  const json: tf.io.ModelJSON = {
    ...withoutWeights(artifacts),
    modelTopology,
    weightsManifest: [group],
  };
  const text = JSON.stringify(json);
  await makeFolder(folder);
  try {
    await writeAtomically(join(folder, weightsFile), weights);
    const before = await ownWeights(file);
    await writeAtomically(file, text);
    const now = await ownWeights(file);
    // If another save has replaced ours by now, its files are the current ones.
    const old = [...before, weightsFile].filter((name) => !now.includes(name));
    await Promise.all(old.map((name) => fs.rm(join(folder, name), { force: true })));
  } catch (error) {
    if (!(await ownWeights(file)).includes(weightsFile)) {
      await fs.rm(join(folder, weightsFile), { force: true }).catch(() => {});
    }
    throw error;
  }
  return {
    modelArtifactsInfo: {
      dateSaved: new Date(),
      modelTopologyType: 'JSON',
      modelTopologyBytes: text.length,
      weightSpecsBytes: JSON.stringify(weightSpecs).length,
      weightDataBytes: weights.length,
    },
  };
}

const modelFile = (path: string) =>
  path.endsWith('.json') ? path : node().join(path, 'model.json');

/** Node's recursive `mkdir` never returns if the system reports ENOENT for a folder that exists. */
async function makeFolder(folder: string): Promise<void> {
  const { fs, dirname } = node();
  try {
    await fs.mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await fs.mkdir(folder).catch((again: NodeJS.ErrnoException) => {
        if (again.code !== 'EEXIST') throw again;
      });
      return;
    }
    const isThere = await fs.stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

/** The files of weights that a model's JSON names, as far as we made them. */
async function ownWeights(file: string): Promise<string[]> {
  try {
    const { weightsManifest } = JSON.parse(await node().fs.readFile(file, 'utf8'));
    const names = weightsManifest.flatMap(({ paths }: { paths: unknown }) => paths);
    return names.filter((name: unknown) => typeof name === 'string' && ownName.test(name));
  } catch {
    return [];
  }
}

async function load(path: string): Promise<tf.io.ModelArtifacts> {
  const file = modelFile(path);
  // A save between our two reads removes the weights that the old model.json names. Then there is a
  // new model.json, and we start again.
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

async function readJson(file: string): Promise<string> {
  const { fs } = node();
  return fs
    .stat(file)
    .then((found) => {
      // Reading a pipe could wait forever.
      if (!found.isFile()) throw new Error('it is not a regular file');
      return fs.readFile(file, 'utf8');
    })
    .catch((cause: Error) => {
      throw new Error(`No model can be read at '${file}': ${cause.message}.`, { cause });
    });
}

async function withWeights(json: tf.io.ModelJSON, file: string): Promise<tf.io.ModelArtifacts> {
  const groups = json.weightsManifest as readonly SignedGroup[];
  const parts: Buffer[] = [];
  for (const group of groups) parts.push(await groupBytes(group, file));
  return tf.io.getModelArtifactsForJSON(json, async () => {
    const weights = Buffer.concat(parts);
    const specs = groups.flatMap((group) => group.weights);
    return [specs, weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length)];
  });
}

async function groupBytes({ paths, weights, sha256 }: SignedGroup, file: string): Promise<Buffer> {
  const { fs, join, dirname } = node();
  const parts: Buffer[] = [];
  for (const name of paths) {
    if (typeof name !== 'string' || /[/\\\0]/.test(name) || ['', '.', '..'].includes(name)) {
      throw new Error(
        `'${file}' must name its weights by plain names of files beside it. Received: ${shown(name)}.`,
      );
    }
    const path = join(dirname(file), name);
    if (!(await fs.stat(path)).isFile()) {
      throw new Error(`The weights of '${file}' must be regular files. Received: ${shown(name)}.`);
    }
    parts.push(await fs.readFile(path));
  }
  const bytes = Buffer.concat(parts);
  const isOurs = sha256 !== undefined || paths.some((name) => ownName.test(name));
  if (isOurs && sha256 !== (await digest(weights, bytes))) {
    const path = join(dirname(file), paths[0] ?? '');
    throw new Error(`'${path}' is not what was saved: the model is damaged.`);
  }
  return bytes;
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
  for (const group of json.weightsManifest as (Partial<SignedGroup> | null)[]) {
    if (Array.isArray(group?.paths) && Array.isArray(group.weights)) continue;
    throw new Error(
      `'${file}' is not a tfjs layers model: a group lacks \`paths\` or \`weights\`.`,
    );
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

/** Of the specs as well, so that two that are swapped are noticed. */
async function digest(specs: readonly unknown[], bytes: Buffer): Promise<string> {
  const text = Buffer.from(`${JSON.stringify(specs)}\n`);
  const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(Buffer.concat([text, bytes])));
  return Buffer.from(hash).toString('hex');
}

/** Node's modules, asked for when used: a bundle for the browser has no import of them. */
function node() {
  const builtin = globalThis.process?.getBuiltinModule;
  if (builtin === undefined) {
    throw new Error(
      "`fileSystem` needs Node 20.16, 22.3 or later. In a browser save to 'indexeddb://name', 'localstorage://name' or 'downloads://name'.",
    );
  }
  return { fs: builtin('node:fs/promises'), ...builtin('node:path') };
}
