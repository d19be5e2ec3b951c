// The arrays of a step, as Python told them: a table of numbers where they fit, else a heat map of few squares.

const LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const MIDDLE = LEVELS.length / 2;
const [WIDEST, HIGHEST, LEAST, MOST] = [116, 96, 3, 14]; // pixels: of a heat map, and of one of its squares

/** @param {Grid} grid @param {string[]} heat @param {string[]} colours below and above 0, as "#542788" */
function makeHeatMap(grid, heat, colours) {
  const [rows, columns] = [heat.length, heat[0].length];
  /** @type {(room: number, n: number) => number} */
  const size = (room, n) => Math.max(LEAST, Math.min(MOST, Math.floor(room / n)));
  const [wide, high] = [size(WIDEST, columns), size(HIGHEST, rows)];
  const canvas = h("canvas", { class: "bp-heat", role: "img", "aria-label": grid.words,
    width: wide * columns, height: high * rows });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const channels = colours.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  for (const [i, line] of heat.entries()) for (const [j, letter] of [...line].entries()) {
    const level = LEVELS.indexOf(letter);
    const share = (level - MIDDLE) / (MIDDLE - 1);
    const full = channels[share < 0 ? 0 : 1];
    const mix = full.map((c) => Math.round(255 + (c - 255) * Math.min(1, Math.abs(share))));
    pen.fillStyle = level < 0 ? "#222" : `rgb(${mix})`; // dark: not a finite number
    pen.fillRect(j * wide, i * high, wide, high);
  }
  const limit = (/** @type {string} */ sign) => h("span", {}, `${grid.limit === "0" ? "" : sign}${grid.limit}`);
  const scale = h("div", { class: "bp-scale bp-code", "aria-hidden": "true" },
    limit("-"), h("span", { class: "bp-ramp" }), limit(""));
  return [canvas, scale, h("div", { class: "bp-range-text bp-code" }, grid.range)];
}

/** @param {Grid} grid @param {string} title */
function makeNumbers(grid, title) {
  const rows = grid.numbers?.map((row) => h("tr", {}, row.map((item) => h("td", {}, item))));
  return h("table", { class: "bp-grid bp-code", "aria-label": `${title}: ${grid.words}` }, h("tbody", {}, rows));
}

/** @param {Reading} run @param {Card} card @param {boolean} gives */
function makeArray({ grids = {}, colours = [] }, card, gives) {
  const grid = grids[card.grid];
  const shape = h("span", { class: "bp-shape" }, ` ${grid.shape}`);
  const caption = h("figcaption", { class: `bp-code bp-${card.kind}` }, card.title, shape);
  const body = grid.heat ? makeHeatMap(grid, grid.heat, colours) : makeNumbers(grid, card.title);
  return h("figure", { class: `bp-array${grid.heat ? " bp-hot" : ""}${gives ? " bp-out" : ""}` }, caption, body);
}

/** What the step takes, an arrow, and what it gives. @returns {Piece<StepperView>} */
function makeArrays() {
  const node = h("section", { class: "bp-arrays", role: "group", "aria-label": "The arrays of this step" });
  const stop = () => { // a stop for the keys where it scrolls
    node.tabIndex = node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1 ? 0 : -1;
  };
  new ResizeObserver(stop).observe(node);
  let shown = /** @type {Card[] | null | undefined} */ (null); // at the start there are no cards, which is not the same
  return { node, draw: ({ run, lit: { cards } }) => {
    node.hidden = !run.grids;
    if (node.hidden || shown === cards) return;
    shown = cards;
    const all = (cards ?? []).map((card, i) => makeArray(run, card, Boolean(card.out && i > 0)));
    const hint = h("p", { class: "bp-note" }, "The arrays of each step are shown here.");
    node.replaceChildren();
    furnish(node, {}, all.length ? all : hint);
    node.scrollTo(0, 0);
    stop();
  } };
}
