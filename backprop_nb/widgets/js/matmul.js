// The matrix product: Python has written down all numbers; here an entry is chosen, and what belongs to it is lit.

const BAR = "\u0304";
const BATCHES = {
  columns: { factors: ["A", "X"], button: "Columns: Y = AX", words: "An example is a column of X, Y and G, as in the notes." },
  rows: { factors: ["X", "W"], button: "Rows: Y = XW", words: "An example is a row of X, Y and G, as NumPy users write it." },
};
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const same = (one, other) => one.every((part, i) => part === other[i]);
const turned = (rows) => rows[0].map((_, j) => rows.map((row) => row[j]));
const factor = (text) => (text.startsWith("-") ? `(${text})` : text);
const symbol = ([name, i, j]) => `${name}${SUBSCRIPTS[i + 1]}${SUBSCRIPTS[j + 1]}`;
const spoken = ([name, i, j]) => `${name} row ${i + 1}, column ${j + 1}`;
const count = (n) => Array.from({ length: n }, (_, i) => i);

// The six matrices as they are shown. Rows instead of columns: everything transposed, and the factors change places.
function readProduct(scene, batch) {
  const [left, right] = BATCHES[batch].factors;
  const flip = batch === "rows";
  const [first, second] = flip ? [right, left] : [left, right];
  const here = { A: first, X: second, Y: "Y", G: "G", [`A${BAR}`]: first + BAR, [`X${BAR}`]: second + BAR };
  const there = Object.fromEntries(Object.entries(here).map(([place, name]) => [name, place]));
  const rows = Object.fromEntries(Object.entries(here).map(([place, name]) => [name, flip ? turned(scene[place]) : scene[place]]));
  const [m, k, n] = [rows[left].length, rows[right].length, rows.Y[0].length];
  const swap = (names, [name, i, j]) => (flip ? [names[name], j, i] : [names[name], i, j]);
  const [leftBar, rightBar] = [left + BAR, right + BAR];
  const titles = {
    [left]: ["", `${m}×${k}`], [right]: ["", `${k}×${n}`], G: ["", `${m}×${n}`],
    Y: [` = ${left}${right}`, `(${m}×${k})(${k}×${n}) → ${m}×${n}`],
    [leftBar]: [` = G${right}′`, `(${m}×${n})(${n}×${k}) → ${m}×${k}`],
    [rightBar]: [` = ${left}′G`, `(${k}×${m})(${m}×${n}) → ${k}×${n}`],
  };
  // What an entry is the sum of: pairs of entries to be multiplied; nothing for what is given.
  const makers = {
    Y: (i, j) => count(k).map((r) => [[left, i, r], [right, r, j]]),
    [leftBar]: (i, j) => count(n).map((c) => [["G", i, c], [right, j, c]]),
    [rightBar]: (i, j) => count(m).map((r) => [[left, r, i], ["G", r, j]]),
  };
  return {
    rows, titles, batch, columns: [[left, leftBar], [right, rightBar], ["Y", "G"]],
    twins: { [left]: leftBar, [right]: rightBar, Y: "G", [leftBar]: left, [rightBar]: right, G: "Y" },
    pairs: ([name, i, j]) => makers[name]?.(i, j) ?? [],
    computed: ["Y", rightBar, leftBar],
    text: ([name, i, j]) => rows[name][i][j],
    shown: (place) => swap(here, place),
    placed: (entry) => swap(there, entry),
  };
}

// Every entry that `entry` is a factor of, by matrix: [target, pair].
function reached(product, entry) {
  return product.computed.map((name) => product.rows[name].flatMap((row, i) => row.flatMap((_, j) => {
    const target = [name, i, j];
    const pair = product.pairs(target).find((two) => two.some((one) => same(one, entry)));
    return pair ? [[target, pair]] : [];
  }))).filter((targets) => targets.length);
}

// "column 2 of X̄" for entries that stand in one line.
function line(entries) {
  const [[name, i, j]] = entries;
  if (entries.length === 1) return spoken(entries[0]);
  return entries.every((entry) => entry[2] === j) ? `column ${j + 1} of ${name}` : `row ${i + 1} of ${name}`;
}

// All that belongs to an entry: what it is made from, what it reaches, its twin, and the same in words.
function explain(product, entry) {
  const number = product.text(entry);
  const times = ([one, other]) => `${factor(product.text(one))} × ${factor(product.text(other))}`;
  const pairs = product.pairs(entry);
  const targets = reached(product, entry);
  const twin = [product.twins[entry[0]], entry[1], entry[2]];
  const words = [];
  if (pairs.length) {
    const [first, second] = [0, 1].map((side) => line(pairs.map((pair) => pair[side])));
    words.push(`made from ${first} and ${second}:`);
    words.push(`${symbol(entry)} = ${pairs.map((pair) => pair.map(symbol).join(" ")).join(" + ")}`);
    words.push(`= ${pairs.map(times).join(" + ")} = ${number}`);
  }
  for (const list of targets) {
    words.push(`reaches ${line(list.map(([target]) => target))}:`);
    words.push(list.map(([target, pair]) => `${symbol(target)} gets ${times(pair)}`).join(", "));
  }
  const gradient = entry[0] === "G" || entry[0].endsWith(BAR);
  words.push(gradient ? `It is the gradient of ${spoken(twin)}.` : `Its gradient is ${spoken(twin)}, ${product.text(twin)}.`);
  return { title: `${spoken(entry)}: ${number}`, words, twin, from: pairs.flat(), to: targets.flat().map(([target]) => target) };
}

// One matrix as a grid, of which one cell takes the focus; `cells` collects them by name and place.
function makeMatrix(product, name, cells) {
  const rows = product.rows[name];
  const [formula, shapes] = product.titles[name];
  const chars = Math.max(...rows.flat().map((text) => text.length));
  const gradient = name === "G" || name.endsWith(BAR);
  const grid = h("div", { class: `bp-matrix bp-code ${gradient ? "bp-adjoint" : "bp-value"}`, role: "grid",
    "aria-label": `${name}, ${rows.length} by ${rows[0].length}` }, rows.map((row, i) => h("div", { class: "bp-matrix-row", role: "row" },
    row.map((text, j) => {
      const entry = [name, i, j];
      const label = `${spoken(entry)}, value ${text}`;
      const cell = h("div", { class: "bp-cell", role: "gridcell", tabindex: i + j ? "-1" : "0", "aria-label": label }, text);
      cell.entry = entry;
      cells.set(entry.join(), cell);
      return cell;
    }))));
  grid.style.setProperty("--bp-chars", chars);
  grid.style.setProperty("--bp-need", rows[0].length * (chars * 0.61 + 0.7));
  const head = h("h4", {}, h("span", { class: "bp-code" }, name + formula), " ", h("span", { class: "bp-note bp-shape" }, shapes));
  return h("section", { class: "bp-factor" }, head, h("div", { class: "bp-matrix-box" }, grid));
}

// The switch between the two ways to lay out a batch.
function makeSwitch(choose) {
  const buttons = Object.entries(BATCHES).map(([batch, { button }]) => [batch, h("button", { type: "button", class: "bp-button",
    onclick: () => choose(batch) }, button)]);
  const note = h("span", { class: "bp-note" });
  const draw = (chosen) => {
    buttons.forEach(([batch, button]) => setAttribute(button, "aria-pressed", String(batch === chosen)));
    setText(note, BATCHES[chosen].words);
  };
  const group = h("div", { class: "bp-buttons", role: "group", "aria-label": "How a batch is laid out" }, buttons.map(([, button]) => button));
  return { node: h("div", { class: "bp-batch" }, group, note), draw };
}

const LEGEND = [["bp-now", "the entry"], ["bp-from", "what it is made from"], ["bp-to", "what it reaches"],
  ["bp-twin", "its gradient, or what it is the gradient of"]];

function makeLegend() {
  return h("ul", { class: "bp-legend bp-note" }, LEGEND.map(([kind, words]) => h("li", {}, h("span", { class: `bp-cell ${kind}`, "aria-hidden": "true" }, "1"), words)));
}

function render({ model, el }) {
  const root = h("div", { class: "bp bp-matmul", role: "group", "aria-label": "Matrix product: which entry reaches which" });
  const title = h("h3", { class: "bp-title bp-code" });
  const said = h("div", { class: "bp-words bp-explained", "aria-live": "polite", role: "status" });
  const factors = h("div", { class: "bp-factors" });
  const cells = new Map();
  let product, hovered, saving;
  const save = () => {
    clearTimeout(saving);
    saving = setTimeout(() => model.save_changes(), 200); // Python hears of it, but the keys do not wait
  };
  const choose = makeSwitch((batch) => {
    model.set("batch", batch);
    save();
  });
  const light = () => {
    const chosen = product.shown(model.get("place"));
    const entry = hovered ?? chosen;
    const told = explain(product, entry);
    const has = (list, one) => list.some((other) => same(one, other));
    for (const cell of cells.values()) {
      cell.classList.toggle("bp-now", same(cell.entry, entry));
      cell.classList.toggle("bp-from", has(told.from, cell.entry));
      cell.classList.toggle("bp-to", has(told.to, cell.entry));
      cell.classList.toggle("bp-twin", same(cell.entry, told.twin));
      const ours = cell.entry[0] === chosen[0];
      if (ours) setAttribute(cell, "tabindex", same(cell.entry, chosen) ? "0" : "-1");
    }
    said.replaceChildren(h("strong", {}, told.title), ...told.words.map((words) => h("div", {}, words)));
  };
  const build = () => {
    product = readProduct(model.get("scene"), model.get("batch"));
    hovered = undefined;
    cells.clear();
    factors.replaceChildren(...product.columns.map((names) => h("div", { class: "bp-pair" },
      names.map((name) => makeMatrix(product, name, cells)))));
    factors.style.setProperty("--bp-rows", Math.max(...product.columns.map(([name]) => product.rows[name].length)));
    setText(title, `Y${product.titles.Y[0]}: ${product.titles.Y[1]}`);
    choose.draw(product.batch);
    light();
  };
  const hover = (entry) => {
    if (entry === hovered) return;
    hovered = entry;
    light();
  };
  factors.addEventListener("pointerover", (event) => hover(event.target.closest(".bp-cell")?.entry));
  factors.addEventListener("pointerleave", () => hover(undefined));
  factors.addEventListener("focusin", (event) => {
    hovered = undefined;
    model.set("place", product.placed(event.target.entry));
    light();
    save();
  });
  const move = (down, right) => (event) => {
    if (!event.target.entry) return;
    const [name, i, j] = event.target.entry;
    const rows = product.rows[name];
    const to = (at, by, size) => Math.max(0, Math.min(size - 1, at + by));
    cells.get([name, to(i, down, rows.length), to(j, right, rows[0].length)].join()).focus();
  };
  const deafen = listenToKeys(root, {
    ArrowDown: move(1, 0), ArrowUp: move(-1, 0), ArrowRight: move(0, 1), ArrowLeft: move(0, -1),
    Home: move(0, -Infinity), End: move(0, Infinity), PageUp: move(-Infinity, 0), PageDown: move(Infinity, 0),
  });
  root.append(title, choose.node, factors, said, makeLegend());
  model.on("change:batch", build);
  model.on("change:place", light);
  el.append(root);
  build();
  return () => {
    deafen();
    clearTimeout(saving);
    model.off("change:batch", build);
    model.off("change:place", light);
  };
}

const widget = { render };
export default widget;
export const mount = (el, state) => mountWidget(widget, el, state);
