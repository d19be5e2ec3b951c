// The Jacobian: a heat map that is walked through cell by cell. The model holds one derivative as [input, output], so
// that switching the layout moves the cell with its derivative.

/** @typedef {ReturnType<ReturnType<typeof makeWalk>["look"]>} MapView */

const MINUS = 10; // pixels of a cell from which a negative one gets its bar
const NAMES = 16; // rows and columns up to which all names are written

/** What the pieces may ask and do. @param {Context} ctx */
function makeWalk({ model, set, redraw }) {
  const look = () => {
    const [view, layout, cell] = [model.get("view"), model.get("layout_name"), model.get("cell")];
    const notes = layout === "notes";
    const [rows, columns] = notes ? [view.inputs, view.outputs] : [view.outputs, view.inputs];
    const [i, j] = notes ? cell : [cell[1], cell[0]];
    /** @type {(i: number, j: number) => number} */
    const entry = (i, j) => (notes ? i * view.outputs.length + j : j * view.outputs.length + i);
    return { view, layout, rows, columns, entry, words: view.words[layout],
      i: within(i, rows.length), j: within(j, columns.length) };
  };
  /** @type {(row: number, column: number) => void} */
  const go = (row, column) => {
    const { layout, rows, columns, i, j } = look();
    const to = [within(row, rows.length), within(column, columns.length)];
    if (to[0] !== i || to[1] !== j) set("cell", layout === "notes" ? to : to.reverse());
  };
  /** @type {(down: number, right: number) => void} */
  const step = (down, right) => {
    const { i, j } = look();
    walk.follow = true;
    go(i + down, j + right);
    redraw();
  };
  const walk = { look, go, step, follow: false }; // keys bring the cell into sight; the pointer is there already
  return walk;
}

/** @param {Context} ctx @returns {Piece<MapView>} */
function makeHead({ set }) {
  const layouts = makeSwitch("bp-jacobian-switch", WORDS.layout,
    { notes: WORDS.notes, usual: WORDS.usual }, (name) => set("layout_name", name));
  layouts.node.prepend(h("span", {}, WORDS.layoutHead));
  return joinPieces(h("div"), [
    makeText(h("h3", { class: "bp-title" }), ({ words }) => words.heading),
    { node: layouts.node, draw: ({ layout }) => layouts.draw(layout) },
  ]);
}

/** The map of one layout: the names of the columns, which stand upright where they do not fit side by side, and below
 * them each row behind its name. @param {HTMLElement} grid @param {MapView} shown */
function buildMap(grid, { view, rows, columns, entry }) {
  const dense = !view.short.length; // too many cells for their numbers
  const side = dense ? Math.max(9, Math.min(26, Math.floor(520 / Math.max(rows.length, columns.length)))) : 52;
  const widest = 8 * Math.max(...columns.map(columnsOf)) + 6;
  const upright = side * Math.ceil(columns.length / NAMES) < widest ? "bp-upright" : "";
  const down = rows.map((name) => h("span", { class: "bp-axis" }, name));
  const across = columns.map((name) => h("span", { class: `bp-axis bp-across ${upright}` }, name));
  const cells = rows.map((_, i) => columns.map((_, j) => {
    const k = entry(i, j);
    const style = view.fills[k] && `background: ${view.fills[k]}; color: ${view.inks[k]}`;
    const kind = !dense ? (view.short[k].length > 6 ? "bp-long" : "")
      : side >= MINUS && view.texts[k].startsWith("-") ? "bp-minus" : "";
    return h("span", { class: `bp-entry ${kind}`, style }, view.short[k]);
  }));
  const cursor = h("span", { class: "bp-jacobian-cursor" });
  mark(grid, { "bp-dense": dense });
  furnish(grid, { style: `--bp-columns: ${columns.length}; --bp-side: ${side}` });
  grid.replaceChildren(h("span", { class: "bp-jacobian-frame" }), ...across,
    ...rows.flatMap((_, i) => [down[i], ...cells[i]]), cursor);
  return { down, across, cells, cursor };
}

/** Only every few names fit; beside that of the present row the next ones would not.
 * @param {HTMLElement[]} names @param {number} present */
function showNames(names, present) {
  const every = Math.ceil(names.length / NAMES);
  names.forEach((text, n) => {
    mark(text, { "bp-here": n === present });
    const isShown = n === present || (n % every === 0 && Math.abs(n - present) >= every);
    text.style.visibility = isShown ? "" : "hidden";
  });
}

/** @param {ReturnType<typeof makeWalk>} walk @returns {Piece<MapView>} */
function makeMap(walk) {
  const grid = h("div", { class: "bp-jacobian-grid bp-code", "aria-hidden": "true" });
  const spoken = { role: "application", "aria-roledescription": "matrix" };
  const node = h("div", { class: "bp-jacobian-map", tabindex: "0", ...spoken }, grid);
  let parts = /** @type {ReturnType<typeof buildMap> | null} */ (null);
  const pointAt = (/** @type {PointerEvent} */ event) => parts?.cells.forEach((row, i) => {
    const j = row.indexOf(targetOf(event));
    if (j >= 0) walk.go(i, j);
  });
  node.addEventListener("pointermove", pointAt);
  node.addEventListener("pointerdown", pointAt);
  return { node, draw: (shown) => {
    const { view, layout, words, i, j } = shown;
    if (isNew(grid, view, layout) || !parts) parts = buildMap(grid, shown);
    parts.cursor.style.transform = `translate(${100 * j}%, ${100 * i}%)`; // which has nothing laid out anew
    showNames(parts.down, i);
    showNames(parts.across, j);
    furnish(node, { "aria-label": fillIn(WORDS.arrows, words) });
    if (walk.follow) reveal(node, parts.cursor);
    walk.follow = false;
  } };
}

/** The present entry in words. @returns {Piece<MapView>} */
function makeEntry() {
  const formula = h("span", { class: "bp-formula bp-code" });
  const words = h("span", { class: "bp-sentence" });
  const node = h("p", { class: "bp-words", "aria-live": "polite" }, formula, words);
  return { node, draw: ({ view, layout, rows, columns, entry, i, j }) => {
    const text = view.texts[entry(i, j)];
    const [input, output] = layout === "notes" ? [rows[i], columns[j]] : [columns[j], rows[i]];
    setText(formula, `∂${output}/∂${input} = ${text}`);
    const moves = text === "0" ? WORDS.flat : text.startsWith("-") ? WORDS.falls : WORDS.rises;
    const effect = text === "nan" ? WORDS.notNumber : fillIn(moves, { input, output });
    setText(words, fillIn(WORDS.entry, { row: rows[i], column: columns[j], effect }));
  } };
}

/** What there is to say about the whole. @returns {Piece<MapView>} */
function makeFacts() {
  const list = h("ul", { class: "bp-jacobian-facts" });
  return joinPieces(h("div", { class: "bp-jacobian-about", "aria-live": "off" }), [
    makeText(h("p", { class: "bp-jacobian-kind" }), ({ words }) => fillIn(WORDS.kind, words)),
    { node: list, draw: ({ words }) => {
      if (isNew(list, words)) list.replaceChildren(...words.facts.map((fact) => h("li", {}, fact)));
    } },
    { node: h("p", { class: "bp-note" }, WORDS.colours) },
  ]);
}

const widget = makeExplorer("jacobian", (ctx) => {
  const walk = makeWalk(ctx);
  const body = h("div", { class: "bp-jacobian-body" });
  return { name: fillIn(WORDS.jacobian, ctx.model.get("view")), look: walk.look, keys: matrixKeys(walk.step), pieces: [
    makeHead(ctx),
    makeInputs(ctx, WORDS.cellsWork),
    makeEntry(),
    joinPieces(body, [makeMap(walk), makeFacts()]),
  ] };
});
