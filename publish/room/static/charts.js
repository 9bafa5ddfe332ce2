// Draws every <figure class="chart"> of templates/_chart.html. Vega's expressions are interpreted, not compiled, so
// that the page may forbid eval; nothing is loaded from elsewhere.

// After Okabe and Ito: told apart by the colour-blind; white lines part the bars where print has no colour.
const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#4d4d4d"];

const ink = "#1c2530";
const font = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

const config = {
  background: "transparent",
  font,
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelColor: ink, titleColor: ink },
  axisX: { labelOverlap: true },
  legend: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelLimit: 320, orient: "bottom" },
  bar: { stroke: "#fff", strokeWidth: 0.7 },
  range: { category: palette },
  mark: { color: palette[0] },
  view: { stroke: null },
};

async function draw(figure) {
  const { spec, columns: names, rows } = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const drawing = figure.querySelector(".drawing");
  const columns = Math.max(1, Math.floor(drawing.clientWidth / 240));
  const whole = {
    width: "container",
    description: figure.querySelector("figcaption").textContent,
    ...spec,
    config: { ...config, legend: { ...config.legend, columns } },
    data: { values: rows },
  };
  const options = {
    mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  };
  const { view } = await vegaEmbed(drawing, whole, options);
  await offer(figure, view, names, rows);
}

// The drawing and its rows as files, named after the title.
async function offer(figure, view, names, rows) {
  const name = figure.querySelector("figcaption").textContent.trim().replace(/[\\/:*?"<>|]/g, "");
  const files = {
    svg: async () => new Blob([await view.toSVG()], { type: "image/svg+xml" }),
    png: async () => new Promise((give) => view.toCanvas(2).then((canvas) => canvas.toBlob(give, "image/png"))),
    // The mark by which Excel knows UTF-8.
    csv: async () => new Blob(["\ufeff", table(names, rows)], { type: "text/csv" }),
  };
  for (const link of figure.querySelectorAll("[data-take]")) {
    const kind = link.dataset.take;
    link.download = `${name}.${kind}`;
    link.href = "#";
    link.addEventListener("click", async (event) => {
      if (link.href.startsWith("blob:")) return;
      event.preventDefault();
      link.href = URL.createObjectURL(await files[kind]());
      link.click();
    });
  }
  figure.querySelector(".take").hidden = false;
}

function table(names, rows) {
  const field = (value) => {
    const text = String(value ?? "");
    // What a spreadsheet would take for a formula is marked as text.
    const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((row) => row.map(field).join(",")).join("\r\n");
}

for (const figure of document.querySelectorAll("figure.chart")) draw(figure);
