// The matrix product: Python has written down all numbers; here an entry is chosen, and what belongs to it is lit.

/** @typedef {ReturnType<typeof readProduct>} Product */
/** @typedef {ReturnType<ReturnType<typeof makeChoice>["look"]>} ProductView */

const LEGEND = { "bp-now": WORDS.now, "bp-from": WORDS.from, "bp-to": WORDS.to, "bp-twin": WORDS.twin };
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** @type {(one: Entry, other: Entry) => boolean} */
const isSame = (one, other) => one[0] === other[0] && one[1] === other[1] && one[2] === other[2];
/** @type {(entry: Entry) => string} */
const symbol = ([name, i, j]) => `${name}${SUBSCRIPTS[i + 1]}${SUBSCRIPTS[j + 1]}`;
/** @type {(entry: Entry) => string} */
const speak = ([name, i, j]) => fillIn(WORDS.cell, { name, i: i + 1, j: j + 1 });

/** The six matrices as they are shown, and what an entry is the sum of: pairs of entries to be multiplied.
 * @param {Traits["scene"]} scene @param {Traits["batch"]} batch */
function readProduct(scene, batch) {
  const matrices = scene[batch];
  const [left, right, out, g, leftBar, rightBar] = matrices;
  const [m, k, n] = [left.rows.length, right.rows.length, g.rows[0].length];
  /** @type {(n: number, pair: (i: number) => [Entry, Entry]) => [Entry, Entry][]} */
  const each = (n, pair) => Array.from({ length: n }, (_, i) => pair(i));
  /** @type {Record<string, (i: number, j: number) => [Entry, Entry][]>} */
  const makers = {
    [out.name]: (i, j) => each(k, (r) => [[left.name, i, r], [right.name, r, j]]),
    [rightBar.name]: (i, j) => each(m, (r) => [[left.name, r, i], [g.name, r, j]]),
    [leftBar.name]: (i, j) => each(n, (c) => [[g.name, i, c], [right.name, j, c]]),
  };
  const named = Object.fromEntries(matrices.map((matrix) => [matrix.name, matrix]));
  const placed = Object.fromEntries(matrices.map((matrix) => [matrix.place, matrix]));
  /** @type {(name: string, i: number, j: number) => Entry} */
  const turn = (name, i, j) => (batch === "rows" ? [name, j, i] : [name, i, j]);
  return {
    batch, out, named, computed: Object.keys(makers), columns: [[left, leftBar], [right, rightBar], [out, g]],
    pairs: (/** @type {Entry} */ [name, i, j]) => makers[name]?.(i, j) ?? [], // none for what is given
    text: (/** @type {Entry} */ [name, i, j]) => named[name].rows[i][j],
    placeOf: (/** @type {Entry} */ [name, i, j]) => turn(named[name].place, i, j),
    entryAt: (/** @type {Entry} */ [place, i, j]) => turn(placed[place].name, i, j),
  };
}

/** Every entry that `entry` is a factor of, by matrix: [target, pair]. @param {Product} product @param {Entry} entry */
function findTargets(product, entry) {
  return product.computed.map((name) => product.named[name].rows.flatMap((row, i) => row.flatMap((_, j) => {
    const target = /** @type {Entry} */ ([name, i, j]);
    const pair = product.pairs(target).find((two) => two.some((one) => isSame(one, entry)));
    return pair ? [{ target, pair }] : [];
  }))).filter((targets) => targets.length);
}

/** "column 2 of X̄" for entries that stand in one line. @param {Entry[]} entries */
function speakLine(entries) {
  const [[name, i, j]] = entries;
  if (entries.length === 1) return speak(entries[0]);
  const upright = entries.every((entry) => entry[2] === j);
  return upright ? fillIn(WORDS.column, { j: j + 1, name }) : fillIn(WORDS.row, { i: i + 1, name });
}

/** All that belongs to an entry: what it is made from, what it reaches, its twin, and the same in words.
 * @param {Product} product @param {Entry} entry */
function explain(product, entry) {
  const number = product.text(entry);
  const times = (/** @type {Entry[]} */ pair) =>
    pair.map(product.text).map((text) => (text.startsWith("-") ? `(${text})` : text)).join(" × ");
  const pairs = product.pairs(entry);
  const targets = findTargets(product, entry);
  const [value, gradient] = product.columns.find((two) => two.some(({ name }) => name === entry[0])) ?? [];
  const isGradient = entry[0] === gradient?.name;
  const twin = /** @type {Entry} */ ([(isGradient ? value : gradient)?.name, entry[1], entry[2]]);
  const words = /** @type {string[]} */ ([]);
  if (pairs.length) {
    const [first, second] = [0, 1].map((side) => speakLine(pairs.map((pair) => pair[side])));
    words.push(fillIn(WORDS.madeFrom, { first, second }),
      `${symbol(entry)} = ${pairs.map((pair) => pair.map(symbol).join(" ")).join(" + ")}`,
      `= ${pairs.map(times).join(" + ")} = ${number}`);
  }
  for (const list of targets) {
    words.push(fillIn(WORDS.reaches, { line: speakLine(list.map(({ target }) => target)) }),
      list.map(({ target, pair }) => fillIn(WORDS.gets, { target: symbol(target), product: times(pair) })).join(", "));
  }
  words.push(isGradient ? fillIn(WORDS.isGradient, { twin: speak(twin) })
    : fillIn(WORDS.hasGradient, { twin: speak(twin), value: product.text(twin) }));
  const [from, to] = [pairs.flat(), targets.flat().map(({ target }) => target)];
  return { title: `${speak(entry)}: ${number}`, words, twin, from, to };
}

/** What the pieces may ask and do: an entry has the focus; while the pointer is over another, that one is explained.
 * @param {Context} ctx */
function makeChoice({ model, set, redraw }) {
  let product = readProduct(model.get("scene"), model.get("batch"));
  let hovered = /** @type {Entry | undefined} */ (undefined);
  const look = () => {
    const batch = model.get("batch");
    if (batch !== product.batch) [product, hovered] = [readProduct(model.get("scene"), batch), undefined];
    const chosen = product.entryAt(model.get("place"));
    const entry = hovered ?? chosen;
    return { product, chosen, entry, told: explain(product, entry) };
  };
  const hover = (/** @type {Entry | undefined} */ entry) => {
    if (entry !== hovered) redraw();
    hovered = entry;
  };
  const choose = (/** @type {Entry} */ entry) => {
    hover(undefined);
    set("place", product.placeOf(entry));
  };
  return { look, hover, choose };
}

/** One matrix as a grid, of which one cell takes the focus; `entries` collects its cells.
 * @param {Matrix} matrix @param {boolean} isGradient @param {Map<Element | null, Entry>} entries */
function makeMatrix({ name, formula, shapes, rows }, isGradient, entries) {
  const chars = Math.max(...rows.flat().map((text) => text.length));
  const lines = rows.map((row, i) => h("div", { class: "bp-matrix-row", role: "row" }, row.map((text, j) => {
    const entry = /** @type {Entry} */ ([name, i, j]);
    const cell = h("div", { class: "bp-cell", role: "gridcell", tabindex: i + j ? "-1" : "0",
      "aria-label": fillIn(WORDS.cellValue, { cell: speak(entry), value: text }) }, text);
    entries.set(cell, entry);
    return cell;
  })));
  const grid = h("div", { class: `bp-matrix bp-code ${isGradient ? "bp-adjoint" : "bp-value"}`, role: "grid",
    "aria-label": fillIn(WORDS.matrix, { name, rows: rows.length, columns: rows[0].length }),
    style: `--bp-chars: ${chars}; --bp-need: ${rows[0].length * (chars * 0.61 + 0.7)}` }, lines);
  const head = h("h4", {}, h("span", { class: "bp-code" }, formula ? `${name} = ${formula}` : name), " ",
    h("span", { class: "bp-note bp-shape" }, shapes));
  return h("section", { class: "bp-factor" }, head, h("div", { class: "bp-matrix-box" }, grid));
}

/** All six matrices. @param {ReturnType<typeof makeChoice>} choice
 * @returns {Piece<ProductView> & { move: Parameters<typeof matrixKeys>[0] }} */
function makeMatrices({ look, hover, choose }) {
  const node = h("div", { class: "bp-factors" });
  const entries = new Map(); // by their cells
  node.addEventListener("pointerover", (event) => hover(entries.get(targetOf(event).closest(".bp-cell"))));
  node.addEventListener("pointerleave", () => hover(undefined));
  node.addEventListener("focusin", (event) => choose(entries.get(event.target)));
  const build = (/** @type {Product} */ product) => {
    entries.clear();
    node.replaceChildren(...product.columns.map((two) => h("div", { class: "bp-pair" },
      two.map((matrix, i) => makeMatrix(matrix, i === 1, entries)))));
    node.style.setProperty("--bp-rows", String(Math.max(...product.columns.map(([{ rows }]) => rows.length))));
  };
  return {
    node,
    draw({ product, chosen, entry, told }) {
      if (isNew(node, product)) build(product);
      for (const [cell, one] of entries) {
        const isOne = (/** @type {Entry} */ other) => isSame(one, other);
        mark(cell, { "bp-now": isOne(entry), "bp-from": told.from.some(isOne), "bp-to": told.to.some(isOne),
          "bp-twin": isOne(told.twin) });
        // A matrix remembers which of its entries had the focus.
        if (one[0] === chosen[0]) furnish(cell, { tabindex: isOne(chosen) ? "0" : "-1" });
      }
    },
    move(down, right, event) {
      if (!entries.has(event.target)) return;
      const [name, i, j] = entries.get(event.target);
      const { rows } = look().product.named[name];
      const to = /** @type {Entry} */ ([name, within(i + down, rows.length), within(j + right, rows[0].length)]);
      for (const [cell, one] of entries) if (isSame(one, to)) cell.focus();
    },
  };
}

/** The switch between the two ways to lay out a batch. @param {Context} ctx @returns {Piece<ProductView>} */
function makeBatch({ set }) {
  const buttons = makeSwitch("bp-buttons", WORDS.batch, { columns: WORDS.columns, rows: WORDS.rows },
    (batch) => set("batch", batch));
  return joinPieces(h("div", { class: "bp-batch" }), [
    { node: buttons.node, draw: ({ product: { batch } }) => buttons.draw(batch) },
    makeText(h("span", { class: "bp-note" }), ({ product: { batch } }) =>
      batch === "rows" ? WORDS.rowExamples : WORDS.columnExamples),
  ]);
}

const widget = makeExplorer("matmul", (ctx) => {
  ctx.root.removeAttribute("tabindex"); // its entries take the focus
  const choice = makeChoice(ctx);
  const matrices = makeMatrices(choice);
  const said = h("div", { class: "bp-words bp-explained", "aria-live": "polite", role: "status" });
  const legend = h("ul", { class: "bp-legend bp-note" }, Object.entries(LEGEND).map(([kind, words]) =>
    h("li", {}, h("span", { class: `bp-cell ${kind}`, "aria-hidden": "true" }, "1"), words)));
  return { name: WORDS.matmul, look: choice.look, keys: matrixKeys(matrices.move), pieces: [
    makeText(h("h3", { class: "bp-title bp-code" }), ({ product: { out } }) => `Y = ${out.formula}: ${out.shapes}`),
    makeBatch(ctx),
    matrices,
    { node: said, draw: ({ told }) => {
      const lines = told.words.map((/** @type {string} */ line) => h("div", {}, line));
      said.replaceChildren(h("strong", {}, told.title), ...lines);
    } },
    { node: legend },
  ] };
});
