/** Seconds as a clock: 0:07, 4:05, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? `${part}` : `${part}`.padStart(2, '0'))).join(':');
}

/** 0.12 s, 12.3 s. */
export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** 48000 as 48,000. */
export function count(value: number): string {
  // The first use of a locale costs a program some ten milliseconds.
  if (!Number.isSafeInteger(value)) return value.toLocaleString('en-US');
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number's text with the sign that formulas have, "−10"; that of an exponent stays. */
export const minus = (text: string): string => text.replace(/^-/, '−');

/** 1 run, 2,000 runs. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Losses and accuracies, with four decimal places. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? 'none' : value.toFixed(4);
}

export function megabytes(bytes: number): string {
  return `${count(Math.round(bytes / 1e6))} MB`;
}

/** Rows with a label and a text; the texts are aligned. */
export function table(
  rows: readonly (readonly [label: string, text: string])[],
  label: (text: string) => string = (text) => text,
): string[] {
  const column = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${label(name.padEnd(column))}  ${text}`);
}
