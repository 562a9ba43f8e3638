import { expect, test } from 'vitest';
import { figureMarkup } from './figure.ts';
import { html } from './markup.ts';

test('a number of a caption keeps its unit', () => {
  const { markup } = figureMarkup({
    ...{ id: 'a', title: 'A', caption: 'On average 3.31 % off, and % alone.' },
    ...{ narrow: html`<svg></svg>`, columns: ['x'], rows: [['1']] },
  });
  expect(markup).toContain('<figcaption>On average 3.31\u00a0% off, and % alone.</figcaption>');
});
