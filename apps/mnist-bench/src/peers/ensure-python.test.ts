import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UsageError } from '@kernel-methods/runner';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensurePython, type PythonRequest } from './ensure-python.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ensure python '));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function request(given: Partial<PythonRequest> = {}) {
  const notes: string[] = [];
  const output = { note: (text: string) => void notes.push(text), bar() {}, clear() {} };
  const { signal } = new AbortController();
  const names = ['sklearn'] as const;
  const environments = join(folder, 'environments');
  return { notes, ask: { names, make: false, folder: environments, signal, output, ...given } };
}

const versions = { numpy: '1.26.4', scipy: '1.17.1', 'scikit-learn': '1.9.1' };

/**
 * A shell script that answers as Python, its venv, its pip and our probe do. `pip` and `load` are
 * what these two do.
 */
function fakePython(
  name: string,
  { version = '3.11', packages = versions, pip = '', load = '' } = {},
) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const found = JSON.stringify({ python: `${version}.7`, packages });
  writeFileSync(
    join(bin, name),
    `#!/bin/sh
case "$*" in
  *sys.version_info*) echo ${version} ;;
  "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip"*) ${pip || ':'} ;;
  *--import) ${load || ':'}; echo '${found}' ;;
  *probe.py*) echo '${found}' ;;
esac
`,
  );
  chmodSync(join(bin, name), 0o755);
  vi.stubEnv('PATH', [bin, '/usr/bin', '/bin'].join(delimiter));
  return join(bin, name);
}

it('asks for none where no peer is in Python', async () => {
  const { ask } = request({ names: ['libsvm-js', 'ml-svm'] });
  expect(await ensurePython(ask)).toBeUndefined();
});

it('tells how to get one, naming only what these peers need', async () => {
  const failure = await ensurePython(request().ask).catch((error) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect(failure.message).toMatch(
    /^`--against` must come with --make-python or --python .*numpy 1\.26\.4, scipy 1\.17\.1, scikit-learn 1\.9\.1; .* Received: sklearn\.$/,
  );
  expect(failure.message).not.toContain('tensorflow');
  await expect(ensurePython(request({ names: ['keras'] }).ask)).rejects.toThrow(
    'numpy 1.26.4, tensorflow 2.15.1;',
  );
});

// What is a shell script here would be a program on Windows.
describe.skipIf(process.platform === 'win32')('--python', () => {
  it('takes one that has the packages, and warns of other versions', async () => {
    const python = fakePython('some-python');
    const exact = request({ python });
    expect(await ensurePython(exact.ask)).toBe(python);
    expect(exact.notes).toEqual([]);

    fakePython('some-python', { packages: { ...versions, scipy: '1.16.0' } });
    const other = request({ python });
    expect(await ensurePython(other.ask)).toBe(python);
    expect(other.notes).toEqual([
      `WARNING: ${python} has scipy 1.16.0, not 1.17.1: figures may differ.`,
    ]);
  });

  it('refuses one that lacks a package, or is none', async () => {
    const python = fakePython('some-python', {
      packages: { ...versions, 'scikit-learn': null as never },
    });
    const refusal = (given: Partial<PythonRequest>) => ensurePython(request(given).ask);
    await expect(refusal({ python })).rejects.toThrow(/\(it lacks scikit-learn\)\. Received: /);
    expect(await refusal({ python, names: ['numpy'] })).toBe(python);
    await expect(refusal({ python: join(folder, 'none') })).rejects.toThrow('(it was not found)');
    await expect(refusal({ python: folder })).rejects.toThrow('(it does not run)');
  });
});

describe.skipIf(process.platform === 'win32')('--make-python', () => {
  it('makes an environment once, and finds it again', async () => {
    fakePython('python3.11');
    const first = request({ make: true });
    const made = await ensurePython(first.ask);
    expect(made).toBe(
      join(first.ask.folder, '3.11_numpy-1.26.4_scipy-1.17.1_scikit-learn-1.9.1', 'bin', 'python'),
    );
    expect(first.notes).toEqual([expect.stringMatching(/^Making a Python environment with numpy/)]);

    const again = request({ make: true, names: ['numpy', 'libsvm'] });
    expect(await ensurePython(again.ask)).toBe(made);
    expect(again.notes).toEqual([]);
    expect(readdirSync(first.ask.folder)).toHaveLength(1);
  });

  it('makes it again where its Python has gone', async () => {
    fakePython('python3.11');
    const made = (await ensurePython(request({ make: true }).ask))!;
    rmSync(made);
    symlinkSync(join(folder, 'gone'), made);
    const again = request({ make: true });
    expect(await ensurePython(again.ask)).toBe(made);
    expect(again.notes).toHaveLength(1);
    expect(existsSync(made)).toBe(true);
  });

  it('looks for Python 3.11 by its other names', async () => {
    fakePython('python3.11', { version: '3.12' });
    fakePython('python3');
    expect(await ensurePython(request({ make: true }).ask)).toContain('environments');
  });

  it.each([
    [
      'no network',
      { pip: 'echo "WARNING: Retrying: NewConnectionError" >&2; exit 1' },
      'its packages cannot be had: no package index answers; is there a network?',
    ],
    [
      'no such version',
      { pip: 'echo "ERROR: No matching distribution found for scipy==1.17.1" >&2; exit 1' },
      'its packages cannot be had: the package index has not the pinned versions.',
    ],
    [
      'a full disk',
      { pip: 'echo "OSError: [Errno 28] No space left on device" >&2; exit 1' },
      'its packages cannot be had: no space is left on the disk.',
    ],
    [
      'anything else',
      { pip: 'echo "ERROR: the wheel is square" >&2; echo "a hint" >&2; exit 1' },
      'its packages cannot be had: ERROR: the wheel is square',
    ],
    [
      'a package that does not load',
      { load: 'echo "ImportError: libm" >&2; exit 1' },
      'its packages do not load: ImportError: libm',
    ],
  ])('says in a line what is wrong, and leaves nothing: %s', async (_, fake, reason) => {
    fakePython('python3.11', fake);
    const { ask } = request({ make: true });
    await expect(ensurePython(ask)).rejects.toThrow(
      `The Python environment is not there: ${reason}`,
    );
    expect(readdirSync(ask.folder)).toEqual([]);
  });

  it('says where there is no Python 3.11', async () => {
    vi.stubEnv('PATH', join(folder, 'nothing'));
    await expect(ensurePython(request({ make: true }).ask)).rejects.toThrow(
      /^Python 3\.11 was not found \(tried python3\.11, python3, python, py -3\.11\)/,
    );
  });

  it('stops at the abort, and leaves nothing', async () => {
    const controller = new AbortController();
    fakePython('python3.11', { pip: 'exec sleep 30' });
    const { ask } = request({ make: true, signal: controller.signal });
    const output = { ...ask.output, note: () => void setTimeout(() => controller.abort(), 300) };
    await expect(ensurePython({ ...ask, output })).rejects.toThrow(/abort/);
    expect(readdirSync(ask.folder)).toEqual([]);
  });
});
