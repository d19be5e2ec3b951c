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
  const title = h("h3", { class: "bp-title" });
  const layouts = makeSwitch("bp-jacobian-switch", WORDS.layout,
    { notes: WORDS.notes, usual: WORDS.usual }, (name) => set("layout_name", name));
  layouts.node.prepend(h("span", {}, WORDS.layoutHead));
  return { node: h("div", {}, title, layouts.node), draw: ({ layout, words }) => {
    setText(title, words.heading);
    layouts.draw(layout);
  } };
}

/** One cell: its colour, and its number or, if it is negative, a bar.
 * @param {JacobianView} view @param {number} k @param {number} x @param {number} y @param {number} side */
function drawCell(view, k, x, y, side) {
  const fill = view.fills[k] || "#FFFFFF";
  const g = s("g", { class: "bp-node" }, s("rect", { x, y, width: side, height: side, fill, class: "bp-box" }));
  if (view.short.length) {
    const ink = view.fills[k] ? view.inks[k] : "#5C5C5C";
    g.append(s("text", { x: x + side / 2, y: y + side / 2 + 4, fill: ink, style: `fill: ${ink}`,
      "font-size": view.short[k].length > 6 ? 9 : 12, "text-anchor": "middle" }, view.short[k]));
  } else if (view.texts[k].startsWith("-") && side >= MINUS) {
    const d = `M${x + side / 4} ${y + side / 2}h${side / 2}`;
    g.append(s("path", { d, stroke: view.inks[k], "stroke-width": 1.5 }));
  }
  return g;
}

/** Names along a side. @param {string[]} names @param {number} side @param {(along: number) => Attributes} place */
const drawNames = (names, side, place) => names.map((name, i) =>
  s("text", { ...place(i * side + side / 2), "font-size": 12, class: "bp-axis" }, name));

/** The picture of one layout, with the parts that move: the cells begin below the names of the columns, which stand
 * upright where they are wider than their columns, and right of those of the rows. @param {MapView} shown */
function buildMap({ view, layout, rows, columns, entry }) {
  const most = Math.max(rows.length, columns.length);
  const side = view.short.length ? 52 : Math.max(9, Math.min(26, Math.floor(520 / most)));
  const [longest, widest] = [rows, columns].map((names) => 8 * Math.max(...names.map(columnsOf)));
  const turned = side * Math.ceil(columns.length / NAMES) < widest + 6;
  const [left, top] = [16 + longest, turned ? 20 + widest : 24];
  const frame = { x: left, y: top, width: side * columns.length, height: side * rows.length };
  const [width, height] = [left + frame.width + 4, top + frame.height + 4];
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  svg.append(s("rect", { ...frame, fill: "#FFFFFF" }));
  for (const i of rows.keys()) for (const j of columns.keys()) {
    const k = entry(i, j);
    if (view.fills[k] || view.short.length) svg.append(drawCell(view, k, left + j * side, top + i * side, side));
  }
  const lines = [...rows.map((_, i) => `M${left} ${top + i * side}h${frame.width}`),
    ...columns.map((_, j) => `M${left + j * side} ${top}v${frame.height}`)];
  const down = drawNames(rows, side, (along) => ({ x: left - 8, y: top + along + 4, "text-anchor": "end" }));
  const across = drawNames(columns, side, (along) => (turned
    ? { "text-anchor": "start", transform: `translate(${left + along + 4} ${top - 8}) rotate(-90)` }
    : { x: left + along, y: top - 8, "text-anchor": "middle" }));
  const cursor = s("g", { class: "bp-jacobian-cursor" },
    s("rect", { width: side, height: side, "stroke-width": 5, stroke: "#222222" }),
    s("rect", { width: side, height: side, "stroke-width": 2.5, stroke: "#F0E442" }));
  svg.append(s("path", { d: lines.join(""), class: "bp-jacobian-lines" }),
    s("rect", { ...frame, class: "bp-jacobian-frame" }), ...down, ...across, cursor);
  // Numbers must stay readable: below this width the box scrolls.
  svg.style.minWidth = `${(view.short.length ? 0.75 : 0.62) * width}px`;
  return { view, layout, svg, down, across, cursor, side, left, top };
}

/** Only every few names fit; beside that of the present row the next ones would not.
 * @param {SVGElement[]} names @param {number} present */
function showNames(names, present) {
  const every = Math.ceil(names.length / NAMES);
  names.forEach((text, n) => {
    mark(text, { "bp-here": n === present });
    text.style.display = n === present || (n % every === 0 && Math.abs(n - present) >= every) ? "" : "none";
  });
}

/** @param {ReturnType<typeof makeWalk>} walk @returns {Piece<MapView>} */
function makeMap(walk) {
  const spoken = { role: "application", "aria-roledescription": "matrix" };
  const node = h("div", { class: "bp-jacobian-map", tabindex: "0", ...spoken });
  let parts = /** @type {ReturnType<typeof buildMap> | null} */ (null);
  const pointAt = (/** @type {PointerEvent} */ event) => {
    if (!parts) return;
    const at = parts.svg.getBoundingClientRect();
    const ratio = parts.svg.viewBox.baseVal.width / at.width;
    const i = Math.floor(((event.clientY - at.top) * ratio - parts.top) / parts.side);
    const j = Math.floor(((event.clientX - at.left) * ratio - parts.left) / parts.side);
    if (i >= 0 && j >= 0) walk.go(i, j);
  };
  node.addEventListener("pointermove", pointAt);
  node.addEventListener("pointerdown", pointAt);
  return { node, draw: (shown) => {
    const { view, layout, words, i, j } = shown;
    if (parts?.view !== view || parts.layout !== layout) {
      parts = buildMap(shown);
      node.replaceChildren(parts.svg);
    }
    const { side, left, top } = parts;
    furnish(parts.cursor, { transform: `translate(${left + j * side} ${top + i * side})` });
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
  const kind = h("p", { class: "bp-jacobian-kind" });
  const list = h("ul", { class: "bp-jacobian-facts" });
  const legend = h("p", { class: "bp-note" }, WORDS.colours);
  const node = h("div", { class: "bp-jacobian-about", "aria-live": "off" }, kind, list, legend);
  let shown = /** @type {string[]} */ ([]);
  return { node, draw: ({ words }) => {
    setText(kind, fillIn(WORDS.kind, words));
    if (shown !== words.facts) list.replaceChildren(...words.facts.map((fact) => h("li", {}, fact)));
    shown = words.facts;
  } };
}

function render(/** @type {Page} */ page) {
  return showExplorer(page, "jacobian", fillIn(WORDS.jacobian, page.model.get("view")), (ctx) => {
    const walk = makeWalk(ctx);
    const body = h("div", { class: "bp-jacobian-body" });
    return { look: walk.look, keys: matrixKeys(walk.step), pieces: [
      makeHead(ctx),
      makeInputs(ctx, WORDS.cellsWork),
      makeEntry(),
      joinPieces(body, [makeMap(walk), makeFacts()]),
    ] };
  });
}

const widget = { render };
