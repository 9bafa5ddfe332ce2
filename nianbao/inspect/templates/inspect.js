// Point at a value, a label or a cell of the form: its counterparts light up, and the card says what is known.
const details = JSON.parse(document.getElementById("details").textContent);
const labels = JSON.parse(document.getElementById("labels").textContent);
const card = document.getElementById("card");
const keyed = [...document.querySelectorAll("[data-k]")];
const byKey = new Map();
for (const element of keyed)
  for (const key of element.dataset.k.split(" "))
    byKey.set(key, [...(byKey.get(key) ?? []), element]);
let pinned = null;

function line(text, name = "p") {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function say(element) {
  const keys = (element.dataset.k ?? "").split(" ").filter((key) => key in details);
  const lines = element.dataset.note ? [line(element.dataset.note)] : [];
  if (keys.length > 1) {
    const values = keys.map((key) => details[key].value ?? details[key].state);
    lines.push(line(keys[0].split("/").slice(0, -1).join("/"), "code"), line(`${keys.length} cells: ${values.join("  ")}`));
  } else if (keys.length) {
    const cell = details[keys[0]];
    lines.push(line(keys[0], "code"), line(labels[keys[0]]), line(`${cell.state}${cell.value === null ? "" : `: ${cell.value}`}`));
    if (cell.raw !== null) lines.push(line(`as it stands: “${cell.raw}”`));
    for (const said of cell.reason) lines.push(line(said));
    if (cell.proof) lines.push(line(`proof: ${cell.proof}`));
    if (cell.confidence !== null) lines.push(line(`OCR confidence ${cell.confidence.toFixed(2)}`));
    if (cell.checks.length) lines.push(line(`in failing check ${cell.checks.join(", ")}`));
    if (cell.place) lines.push(line(cell.place));
  }
  card.replaceChildren(...lines);
  card.hidden = !lines.length;
}

function light(element) {
  for (const other of keyed) other.classList.remove("on");
  card.hidden = true;
  if (!element) return;
  for (const key of (element.dataset.k ?? "").split(" "))
    for (const other of byKey.get(key) ?? []) other.classList.add("on");
  say(element);
}

// The place in the other half of the page: the value itself rather than its row's label.
function counterpart(element) {
  const half = element.closest("section");
  const others = (byKey.get(element.dataset.k.split(" ")[0]) ?? []).filter((other) => other.closest("section") !== half);
  return others.find((other) => other.dataset.k === element.dataset.k) ?? others[0];
}

for (const element of document.querySelectorAll("[data-k], [data-note]")) {
  element.addEventListener("mouseenter", () => light(element));
  element.addEventListener("mouseleave", () => light(pinned));
  element.addEventListener("click", () => {
    if (!element.dataset.k) return;
    pinned = pinned === element ? null : element;
    light(pinned);
    if (pinned) counterpart(element)?.scrollIntoView({ block: "center" });
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") light((pinned = null));
});

// The buttons of the key go from one cell in that state to the next.
const steps = {};
for (const button of document.querySelectorAll("[data-step]"))
  button.addEventListener("click", () => {
    const cells = document.querySelectorAll(`[data-cell][data-state="${button.dataset.step}"]`);
    const at = (steps[button.dataset.step] ?? -1) + 1;
    steps[button.dataset.step] = at % cells.length;
    pinned = cells[at % cells.length];
    light(pinned);
    pinned.scrollIntoView({ block: "center" });
    counterpart(pinned)?.scrollIntoView({ block: "center" });
  });
