import { describe, expect, it } from 'vitest';
import { createOutput } from './output.ts';

function streams(
  terminal: { stdout: boolean; stderr: boolean; columns?: number },
  env = {},
  now = () => 0,
) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: terminal[name],
    columns: terminal.columns ?? 40,
    write: (text: string) => {
      written[name] += text;
    },
  });
  return { written, output: createOutput(stream('stdout'), stream('stderr'), env, now) };
}

describe('output', () => {
  it('moves a bar on a terminal, at most every 66 ms but for the last', () => {
    let time = 0;
    const { output, written } = streams({ stdout: true, stderr: true }, {}, () => time);
    output.bar((width) => `one ${width}`);
    time = 65;
    output.bar(() => 'too soon');
    expect(written.stderr).toBe('\rone 39\x1b[K');
    output.bar(() => 'last', true);
    time = 140;
    output.bar(() => 'next');
    expect(written.stderr).toBe('\rone 39\x1b[K\rlast\x1b[K\rnext\x1b[K');
    output.line('result');
    output.line('another');
    expect(written.stderr.endsWith('\rnext\x1b[K\r\x1b[K')).toBe(true);
    expect(written.stdout).toBe('result\nanother\n');
  });

  it('moves several lines, as many as are drawn, and cuts what would wrap', () => {
    const { output, written } = streams({ stdout: true, stderr: true, columns: 5 });
    const drawn = (lines: string | string[]) => {
      written.stderr = '';
      output.bar(() => lines, true);
      return written.stderr;
    };
    expect(drawn(['one', 'long one'])).toBe('\rone\x1b[K\nlong\x1b[K');
    expect(drawn(['a', 'b', '𝄞𝄞𝄞𝄞𝄞'])).toBe('\x1b[1A\ra\x1b[K\nb\x1b[K\n𝄞𝄞𝄞𝄞\x1b[K');
    expect(drawn(['a', 'b'])).toBe('\x1b[2A\ra\x1b[K\nb\x1b[K\x1b[J');
    expect(drawn('a')).toBe('\x1b[1A\ra\x1b[K\x1b[J');
    expect(drawn(['a', 'b'])).toBe('\ra\x1b[K\nb\x1b[K');
    written.stderr = '';
    output.line('result');
    output.clear();
    expect(written).toEqual({ stdout: 'result\n', stderr: '\x1b[1A\r\x1b[J' });
  });

  it.each([
    [{ stdout: false, stderr: false }, {}],
    [{ stdout: true, stderr: true }, { TERM: 'dumb' }],
  ])('writes plain lines with %j %j', (terminal, env) => {
    const { output, written } = streams(terminal, env);
    output.bar(() => 'bar', true);
    output.line(output.bold('result') + output.dim(' of it'));
    output.note('said');
    expect(written).toEqual({ stdout: 'result of it\n', stderr: 'said\n' });
  });

  it('takes 80 columns where the terminal does not tell', () => {
    const { output, written } = streams({ stdout: true, stderr: true, columns: 0 });
    output.bar((width) => `${width}`);
    expect(written.stderr).toBe('\r79\x1b[K');
  });

  it('has no colours under NO_COLOR or in a pipe', () => {
    const terminal = { stdout: true, stderr: true };
    expect(streams(terminal).output.bold('x')).toBe('\x1b[1mx\x1b[22m');
    expect(streams(terminal, { NO_COLOR: '1' }).output.bold('x')).toBe('x');
    expect(streams({ stdout: false, stderr: true }).output.dim('x')).toBe('x');
  });
});
