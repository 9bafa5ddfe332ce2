// Sorts a table of class "sortable" by a click on a head, and names each cell after its head for the cards that a
// telephone shows. Without this script a table is as it was sent.
const number = (text) => {
  const found = text.replace(/[,%*\s]/g, "");
  return found !== "" && !Number.isNaN(Number(found)) ? Number(found) : null;
};

function compare(a, b) {
  // What is empty goes last, whichever way.
  if (a.text === "" || b.text === "") return null;
  if (a.number !== null && b.number !== null) return a.number - b.number;
  return a.text.localeCompare(b.text, "zh-Hans");
}

function key(row, index) {
  const text = (row.cells[index]?.dataset.sort ?? row.cells[index]?.textContent ?? "").trim();
  return { text, number: number(text) };
}

function sort(table, head, index) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  for (const body of table.tBodies) {
    const rows = [...body.rows].map((row) => ({ row, key: key(row, index) }));
    rows.sort((a, b) => {
      const order = compare(a.key, b.key);
      if (order === null) return (a.key.text === "") - (b.key.text === "");
      return down ? -order : order;
    });
    body.append(...rows.map(({ row }) => row));
  }
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = table.tHead?.rows.length === 1 ? [...table.tHead.rows[0].cells] : [];
  heads.forEach((head, index) => {
    if (head.colSpan > 1 || !head.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...[...head.childNodes].filter((node) => node.nodeName !== "CODE"));
    head.prepend(button);
    button.addEventListener("click", () => sort(table, head, index));
  });
}

for (const table of document.querySelectorAll("table.cards")) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.innerText.trim());
  for (const row of table.querySelectorAll("tbody > tr:not(.group)")) {
    [...row.cells].forEach((cell, index) => {
      if (cell.tagName === "TD" && !cell.dataset.head && heads[index]) cell.dataset.head = heads[index];
    });
  }
}
