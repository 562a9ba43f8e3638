import { spawn } from 'node:child_process';
import { toolEnvironment } from '../setup.js';

interface Output {
  stdout: string;
  stderr: string;
}

/** Runs a command; if it fails, the error says all that it wrote. */
export function command(
  [file, args]: [file: string, args: string[]],
  cwd: string,
  { seconds = 120 } = {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const env = toolEnvironment();
    // Settings of the npm that runs this must not reach the npm that is run here.
    for (const name of Object.keys(env)) {
      if (/^npm_(package|lifecycle|config_local_prefix|config_prefix)/.test(name)) delete env[name];
    }
    delete env.NODE_ENV;
    delete env.NODE_OPTIONS;
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: seconds * 1000,
    });
    const output: Output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const end = signal ? `was ended by ${signal} (${seconds} s at most)` : `exit code ${code}`;
      const text = `${output.stdout}${output.stderr}`.trim();
      reject(new Error(`${[file, ...args].join(' ')}: ${end}\n${text}`));
    });
  });
}
