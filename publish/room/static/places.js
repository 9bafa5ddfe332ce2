// Adds to the list of places the agencies whose names hold what has been typed.
const list = document.getElementById("places");
const fields = document.querySelectorAll('input[list="places"]');
const known = new Set([...list.options].map((option) => option.value));
let asked = "";

async function suggest(text) {
  if (text.length < 2 || text === asked) return;
  asked = text;
  const answer = await fetch(`${list.dataset.more}?q=${encodeURIComponent(text)}`);
  if (!answer.ok) return;
  for (const { name, within } of await answer.json()) {
    if (known.has(name)) continue;
    known.add(name);
    list.append(new Option(within, name));
  }
}

for (const field of fields) field.addEventListener("input", () => suggest(field.value.trim()));
