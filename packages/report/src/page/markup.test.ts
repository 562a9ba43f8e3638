import { expect, test } from 'vitest';
import { html, trusted } from './markup.ts';

test('escapes all that is put in, but markup', () => {
  const text = `<script>alert("1 & '2'")</script>`;
  expect(html`<p title="${text}">${text}</p>`.markup).toBe(
    '<p title="&lt;script&gt;alert(&quot;1 &amp; &#39;2&#39;&quot;)&lt;/script&gt;">&lt;script&gt;alert(&quot;1 &amp; &#39;2&#39;&quot;)&lt;/script&gt;</p>',
  );
  expect(html`${trusted('<br>')}${html`<b>${'<'}</b>`}`.markup).toBe('<br><b>&lt;</b>');
});

test('joins lists, leaves out what is missing, and writes 0', () => {
  const missing = [null, undefined, false] as const;
  expect(html`${[1, [html`<i>${2}</i>`], '&']}${missing}${0}`.markup).toBe('1<i>2</i>&amp;0');
});
