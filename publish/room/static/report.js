// Where a figure stood: beside it on hover or focus. Its link leads to the figure's own page.
const card = document.getElementById("where");

function line(text, name) {
  const element = document.createElement("p");
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

function show(figure) {
  const row = document.getElementById(`at-${figure.dataset.row}`);
  const lines = [line(figure.dataset.label, "label"), line(figure.dataset.state)];
  const proof = document.getElementById(`proof-${figure.dataset.proof}`);
  if (proof) lines.push(line(`${card.dataset.known}: ${proof.textContent}`, "proof"));
  if (figure.dataset.reason && figure.dataset.reason !== figure.dataset.state) lines.push(line(figure.dataset.reason));
  if (row) {
    lines.push(line(row.querySelector(".place").textContent, "place"));
    lines.push(line(row.querySelector(".source").textContent, "source"));
  }
  lines.push(line(card.dataset.more, "more"));
  card.replaceChildren(...lines);
  card.hidden = false;
  const at = figure.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8);
  card.style.left = `${Math.max(8, left) + window.scrollX}px`;
  card.style.top = `${at.bottom + 6 + window.scrollY}px`;
}

function hide() {
  card.hidden = true;
}

for (const figure of document.querySelectorAll(".official .figure a")) {
  figure.addEventListener("mouseenter", () => show(figure));
  figure.addEventListener("mouseleave", hide);
  figure.addEventListener("focus", () => show(figure));
  figure.addEventListener("blur", hide);
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});

// A row that a link leads to stands in a folded part.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.closest("details");
  if (folded) folded.open = true;
}
addEventListener("hashchange", unfold);
unfold();
