/**
 * The text of the page that stands out least from what is behind it, by WCAG's ratio. It runs in
 * the page, so it uses nothing from outside of itself.
 */
export function leastContrast() {
  const context = document
    .createElement('canvas')
    .getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  // The canvas lays colours over each other, and knows all the forms in which CSS writes them.
  const painted = (colors: string[]) => {
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb: number[]) => {
    const [red, green, blue] = rgb.map((byte) => {
      const share = byte / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: Element | null): string[] =>
    element
      ? [...behind(element.parentElement), getComputedStyle(element).backgroundColor]
      : ['white'];

  let least = { ratio: 21, text: '' };
  let texts = 0;
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent?.trim()).join('');
    if (!text || ['SCRIPT', 'title'].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const color = element.closest('svg') ? style.fill : style.color;
    const back = behind(element);
    const [a, b] = [luminance(painted(back)), luminance(painted([...back, color]))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    texts += 1;
    if (ratio < least.ratio) least = { ratio, text: `${element.tagName} ${text}` };
  }
  return { texts, least };
}
