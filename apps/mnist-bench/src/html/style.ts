/** The style of what only this report has: confusion matrices, and digits, which are white on black. */
export const style = `.confusion { text-align: right; }
.confusion th, .confusion td { text-align: right; padding: 0.3rem 0.55rem; border-bottom: 0; white-space: nowrap; min-width: 2.7rem; }
.confusion thead th { text-align: right; }
.confusion td { background: color-mix(in srgb, var(--peer) calc(var(--share) * 1%), transparent); border: 1px solid var(--page); }
.confusion .right { background: color-mix(in srgb, var(--ours) 14%, transparent); }
.confusion .zero { color: var(--muted); }
.digits { list-style: none; padding: 0; margin: 0.75rem 0 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: 1rem; }
.digits img { display: block; width: 84px; height: 84px; image-rendering: pixelated; border-radius: 6px; background: #000; filter: invert(1); }
.digits span { display: block; font-size: 0.8125rem; line-height: 1.35; margin-top: 0.35rem; }
@media screen and (prefers-color-scheme: dark) { .digits img { filter: none; } }
@media print { .digits li { break-inside: avoid; } }
`;
