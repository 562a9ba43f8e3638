/**
 * Makes the headings of the table of variants buttons that sort it. The page also works without it.
 */
export const sortScript = `
for (const table of document.querySelectorAll('table.variants')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const known = head.getAttribute('aria-sort');
      const descending = known ? known === 'ascending' : head.dataset.first === 'descending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const value = (row) => row.cells[i].dataset.value ?? row.cells[i].textContent;
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === '' || y === '') return x === y ? 0 : x === '' ? 1 : -1;
        const order = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
        return descending ? -order : order;
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
`;
