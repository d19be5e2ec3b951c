// The arrays of a step, as Python told them: a table of numbers where they fit, else a heat map of few squares.

/** @param {Grid} grid @param {Heat} heat */
function makeHeatMap({ words, range }, { source, size: [width, height], limit }) {
  const image = h("img", { class: "bp-heat", src: source, alt: words, width, height });
  const scale = h("div", { class: "bp-scale bp-code", "aria-hidden": "true" },
    h("span", {}, limit === "0" ? limit : `-${limit}`), h("span", { class: "bp-ramp" }), h("span", {}, limit));
  return [image, scale, h("div", { class: "bp-range-text bp-code" }, range)];
}

/** @param {Grid} grid @param {string} title */
function makeNumbers(grid, title) {
  const rows = grid.numbers?.map((row) => h("tr", {}, row.map((item) => h("td", {}, item))));
  return h("table", { class: "bp-grid bp-code", "aria-label": `${title}: ${grid.words}` }, h("tbody", {}, rows));
}

/** @param {Reading} run @param {Card} card @param {boolean} gives */
function makeArray({ grids = {} }, card, gives) {
  const grid = grids[card.grid];
  const shape = h("span", { class: "bp-shape" }, ` ${grid.shape}`);
  const caption = h("figcaption", { class: `bp-code bp-${card.kind}` }, card.title, shape);
  const body = grid.heat ? makeHeatMap(grid, grid.heat) : makeNumbers(grid, card.title);
  return h("figure", { class: `bp-array${grid.heat ? " bp-hot" : ""}${gives ? " bp-out" : ""}` }, caption, body);
}

/** What the step takes, an arrow, and what it gives. @returns {Piece<StepperView>} */
function makeArrays() {
  const node = h("section", { class: "bp-arrays", role: "group", "aria-label": WORDS.arrays });
  const stop = () => { // a stop for the keys where it scrolls
    node.tabIndex = node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1 ? 0 : -1;
  };
  new ResizeObserver(stop).observe(node);
  return { node, draw: ({ run, lit: { cards } }) => {
    node.hidden = !run.grids;
    if (node.hidden || !isNew(node, cards)) return;
    const all = (cards ?? []).map((card, i) => makeArray(run, card, Boolean(card.out && i > 0)));
    node.replaceChildren(...(all.length ? all : [h("p", { class: "bp-note" }, WORDS.noArrays)]));
    node.scrollTo(0, 0);
    stop();
  } };
}
