// The arrays of a step, as Python told them: a table of numbers where they fit, else a heat map of few squares.

const LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const MIDDLE = LEVELS.length / 2;
const [WIDEST, HIGHEST, LEAST, MOST] = [144, 112, 3, 14]; // pixels: of a heat map, and of one of its squares

// A formula that Python wrote as MathML, or plain text; both are Python's own words, with every name escaped.
function setMath(el, math, text) {
  if (!math) return setText(el, text);
  if (written.get(el) === math) return;
  written.set(el, math);
  el.replaceChildren(new DOMParser().parseFromString(math, "text/html").querySelector("math") ?? text);
}

// "#542788" as [red, green, blue].
const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function heatMap(grid, colours) {
  const [rows, columns] = [grid.heat.length, grid.heat[0].length];
  const size = (room, n) => Math.max(LEAST, Math.min(MOST, Math.floor(room / n)));
  const [wide, high] = [size(WIDEST, columns), size(HIGHEST, rows)];
  const canvas = h("canvas", { class: "bp-heat", role: "img", "aria-label": grid.words,
    width: wide * columns, height: high * rows });
  const pen = canvas.getContext("2d");
  grid.heat.forEach((line, i) => [...line].forEach((letter, j) => {
    const level = LEVELS.indexOf(letter);
    const share = (level - MIDDLE) / (MIDDLE - 1);
    const full = colours[share < 0 ? 0 : 1];
    const mix = full.map((c) => Math.round(255 + (c - 255) * Math.min(1, Math.abs(share))));
    pen.fillStyle = level < 0 ? "#222" : `rgb(${mix})`; // dark: not a finite number
    pen.fillRect(j * wide, i * high, wide, high);
  }));
  const limit = (sign) => h("span", {}, `${grid.limit === "0" ? "" : sign}${grid.limit}`);
  const scale = h("div", { class: "bp-scale bp-code", "aria-hidden": "true" }, limit("-"), h("span", { class: "bp-ramp" }), limit(""));
  return [canvas, scale, h("div", { class: "bp-range-text bp-code" }, grid.range)];
}

function numberTable(grid, title) {
  const rows = grid.numbers.map((row) => h("tr", {}, row.map((item) => h("td", {}, item))));
  return h("table", { class: "bp-grid bp-code", "aria-label": `${title}: ${grid.words}` }, h("tbody", {}, rows));
}

function arrayCard(card, grid, colours, gives) {
  const caption = h("figcaption", { class: `bp-code bp-${card.kind}` }, card.title, h("span", { class: "bp-shape" }, ` ${grid.shape}`));
  const body = grid.heat ? heatMap(grid, colours) : numberTable(grid, card.title);
  return h("figure", { class: `bp-array${grid.heat ? " bp-hot" : ""}${gives ? " bp-out" : ""}` }, caption, body);
}

// What the step takes, an arrow, and what it gives.
function makeArrays(ctx) {
  const node = h("section", { class: "bp-arrays", tabindex: "0", "aria-label": "The arrays of this step" });
  let shown = null; // at the start there are no cards, which is not the same
  const draw = ({ run, p, path }) => {
    node.hidden = !run.grids;
    const cards = path ? path.cards : present(run, p).cards;
    if (node.hidden || shown === cards) return;
    shown = cards;
    const colours = (run.colours ?? []).map(channels); // below and above 0
    const all = (cards ?? []).flatMap((card, i) => {
      const gives = card.out && i > 0;
      const arrow = gives ? h("span", { class: "bp-gives", role: "img", "aria-label": "gives" }, "→") : null;
      return [arrow, arrayCard(card, run.grids[card.grid], colours, gives)];
    });
    const hint = run.grids && !all.length ? h("p", { class: "bp-note" }, "The arrays of each step are shown here.") : null;
    node.replaceChildren(...[...all, hint].filter((child) => child));
    node.scrollTo(0, 0);
  };
  return { node, draw };
}
