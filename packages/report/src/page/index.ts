export { confusionStyle, confusionTable } from './confusion.ts';
export { type Figure, figureMarkup, pairs, tableMarkup, widths } from './figure.ts';
export { escapeText, html, type Markup, trusted } from './markup.ts';
export { figureSection, type Page, pageText, type Section, section } from './page.ts';
export { encodePng } from './png.ts';
export { palette, style } from './style.ts';
