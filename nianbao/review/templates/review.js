// A cell at a time. Whatever is typed goes into the field; letters are commands.
const at = (id) => document.getElementById(id);
const OPEN = {
  uncertain: "存疑 uncertain", absent: "原件无此格 absent", text: "不是数字 text", contested: "勾稽关系不成立 a check fails",
  disputed: "核定有分歧 people differ", "read anew": "重新读取的结果不同 read otherwise since", second: "请复核 a second opinion",
};
let item = null;
let busy = false;

async function ask(name, body) {
  const options = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(name, options || {});
  return answer.json();
}

async function step(name, body) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(name, body);
    if (answer.error) at("error").textContent = answer.error;
    else show(answer);
  } catch {
    at("error").textContent = "连不上：nianbao review 已结束？ Not reached: has nianbao review ended?";
  } finally {
    busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function show(answer) {
  item = answer.done ? null : answer;
  document.body.dataset.cell = item ? `${item.report} ${item.cell}` : "";
  document.body.dataset.count = answer.count;
  if (!item) {
    document.querySelector("main").replaceChildren(element("h2", "没有待核定的单元格了。 Nothing is open."));
    at("title").textContent = "核定完毕 Done";
    at("progress").textContent = `本次核定 ${answer.count} 格 decided`;
    return;
  }
  at("title").textContent = item.title;
  at("progress").textContent =
    `${item.by} · 已核定 ${item.count} 格 decided · 本报告还有 ${item.left}/${item.of} 格 left here · 报告 ${item.reports} 份 reports to go`;
  at("label").textContent = item.label;
  at("path").textContent = `${item.path.replaceAll("/", " › ")} · 第 ${item.order} 格，共 ${item.width} 格 cell ${item.order} of ${item.width}`;
  const facts = [["待核定 open because", OPEN[item.open] ?? item.open]];
  facts.push(["机读 read", item.raw ?? item.value ?? "（无 nothing）"]);
  if (item.reason[0] || item.reason[1]) facts.push(["原因 why", item.reason.filter(Boolean).join(" ")]);
  for (const other of item.others) {
    const what = [other.decision, other.value ?? other.state, other.why].filter(Boolean).join(" · ");
    facts.push([`${other.by} 核定 decided`, what]);
  }
  at("facts").replaceChildren(...facts.flatMap(([name, said]) => [element("dt", name), element("dd", said)]));
  at("hint").textContent = item.amount ? "单位万元；也可写 251000元 amounts in 万元, or with a unit" : "数字、/ 或留空 a number, a dash, or nothing";
  at("typed").value = "";
  at("why").value = "";
  at("error").textContent = "";
  place(item.place);
  follow();
  at("typed").focus();
}

function place(shown) {
  at("picture").hidden = !shown.picture;
  if (shown.picture) at("picture").src = shown.picture;
  at("lines").replaceChildren();
  if (!shown.picture && shown.lines.length) {
    const table = document.createElement("table");
    for (const line of shown.lines) {
      const row = document.createElement("tr");
      row.append(...line.map(([text, kind, width]) => Object.assign(element("td", text, kind), { colSpan: width })));
      table.append(row);
    }
    at("lines").append(table);
  }
  const found = shown.picture || shown.lines.length;
  const where = shown.page ? `第 ${shown.page} 页 page ${shown.page}。` : "";
  const how = !found ? "没有找到位置，按 o 看原件。 The place was not found: press o for the document."
    : shown.exact ? "" : "框出的是这一行，不是这一格。 The row is marked, not the cell.";
  at("where").textContent = [where, how, shown.trouble].filter(Boolean).join(" ");
}

// What a sum would have of what is typed, or else confirmed: null for a blank or a dash, undefined for what is no figure.
function given() {
  const typed = at("typed").value.trim();
  if (!typed && (item.confirm === null || ["text", "absent"].includes(item.state))) return undefined;
  const text = (typed || item.confirm).normalize("NFKC").replaceAll(",", "");
  if (/^[-/\\—–―]*$/.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

// The sums that would follow.
function follow() {
  at("enter").textContent = at("typed").value.trim() ? "录入 as typed" : item.confirm === null ? "（请录入 type it）" : `确认 ${item.confirm || "空白"}`;
  const value = given();
  at("sums").replaceChildren(...item.sums.map((sum) => told(sum, value)));
}

function told(sum, value) {
  const sides = [sum.left, sum.right].map((terms) => {
    const open = terms.some((term) => (term.cell === item.cell ? value === undefined : term.open));
    const numbers = terms.map((term) => (term.cell === item.cell ? value : term.value)).filter((one) => one !== null && one !== undefined);
    const said = numbers.length > 1 ? `${numbers.filter(Boolean).join(" + ") || 0} = ${numbers.reduce((a, b) => a + b, 0)}` : String(numbers[0] ?? "空");
    return { open, empty: !numbers.length, total: numbers.reduce((a, b) => a + b, 0), said };
  });
  const [left, right] = sides;
  const blank = [...sum.left, ...sum.right].some(
    (term) => sum.totals.includes(term.cell) && (term.cell === item.cell ? value : term.value) === null,
  );
  const name = `${sum.name[0]}（${sum.left[0].label}）：`;
  if (left.open || right.open || left.empty || right.empty || blank) return element("p", `${name}无从核算 cannot be evaluated yet`, "open");
  const holds = left.total === right.total;
  return element("p", `${name}${left.said} ${holds ? "＝" : "≠"} ${right.said}`, holds ? "holds" : "fails");
}

function decide(decision, text) {
  step("decide", { report: item.report, cell: item.cell, decision, text: text ?? "", why: at("why").value });
}

function press(key) {
  if (!item || busy) return false;
  const typed = at("typed").value.trim();
  if (key === "Enter") {
    if (typed) decide("typed", typed);
    else decide("confirmed");
  } else if (key === "b") decide("blank");
  else if (key === "i") decide("illegible");
  else if (key === "e") decide("misprint", typed);
  else if (key === "s") step("skip", { report: item.report, cell: item.cell });
  else if (key === "u") step("back", {});
  else if (key === "w") at("why").focus();
  else if (key === "o") open(`original?report=${encodeURIComponent(item.report)}`, "_blank", "noopener");
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const why = document.activeElement === at("why");
  if (event.key === "Escape") at("typed").focus();
  else if (event.target.matches?.("button") && event.key === "Enter") return;
  else if (why && event.key !== "Enter") return;
  else if (press(event.key)) event.preventDefault();
});
document.addEventListener("input", () => item && follow());
document.addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll("button[data-key]")) {
  button.addEventListener("click", () => press(button.dataset.key));
}
step("next");
