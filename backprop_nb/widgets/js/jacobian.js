// The Jacobian: a heat map that is walked through cell by cell. The model holds one derivative as [input, output], so
// that switching the layout moves the cell with its derivative.

const SVG = "http://www.w3.org/2000/svg";

function s(tag, attributes = {}, ...children) {
  const el = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.append(...children);
  return el;
}

// The view in one layout: names of rows and columns, and what stands in a cell.
function arranged(view, layout) {
  const notes = layout === "notes";
  const [rows, columns] = notes ? [view.inputs, view.outputs] : [view.outputs, view.inputs];
  const entry = (i, j) => (notes ? i * view.outputs.length + j : j * view.outputs.length + i);
  return { rows, columns, entry, notes, words: view.words[layout] };
}

function makeHead(ctx) {
  const title = h("h3", { class: "bp-title" });
  const buttons = [["notes", "The notes: row = input"], ["usual", "Most texts: row = output"]].map(([name, text]) => ({
    name,
    node: h("button", { type: "button", class: "bp-button", onclick: () => ctx.set("layout_name", name) }, text),
  }));
  const node = h("div", {}, title, h("div", { class: "bp-jacobian-switch", role: "group", "aria-label": "Layout" },
    h("span", {}, "Layout:"), buttons.map((button) => button.node)));
  const draw = ({ layout, shown }) => {
    setText(title, shown.words.heading);
    buttons.forEach((button) => setAttribute(button.node, "aria-pressed", String(button.name === layout)));
  };
  return { node, draw };
}

function makeSliders(ctx) {
  const sliders = ctx.model.get("controls").map((control) =>
    makeSlider(control, (value) => ctx.choose(control.name, value)));
  const note = h("p", { class: "bp-note", hidden: true },
    "The layout and the cells work here. Changing an input needs a running kernel, because Python computes J again.");
  const late = h("p", { class: "bp-note", role: "status", hidden: true },
    "Python has not answered yet: it is busy, or its kernel has stopped. The layout and the cells work all the same.");
  const failure = h("p", { class: "bp-error", role: "alert", hidden: true });
  const row = h("div", { class: "bp-inputs" }, sliders.map((slider) => slider.node));
  const node = h("div", {}, row, note, late, failure);
  const draw = () => {
    const inputs = ctx.model.get("inputs");
    const alive = isAlive(ctx.model, ctx.el);
    sliders.forEach((slider) => slider.show(inputs[slider.name]));
    sliders.forEach((slider) => slider.enable(alive));
    note.hidden = alive || !sliders.length;
    late.hidden = !ctx.late || !alive;
    const error = ctx.model.get("error");
    setText(failure, error);
    failure.hidden = !error;
  };
  return { node, draw };
}

const MINUS = 10; // pixels of a cell from which a negative one gets its bar
const NAMES = 16; // rows and columns up to which all names are written

function sizeOf({ rows, columns }, numbered) {
  const most = Math.max(rows.length, columns.length);
  return numbered ? 52 : Math.max(9, Math.min(26, Math.floor(520 / most)));
}

// One cell: its colour, and its number or, if it is negative, a bar.
function drawCell(view, k, x, y, side) {
  const fill = view.fills[k] || "#FFFFFF";
  const box = s("rect", { x, y, width: side, height: side, fill, class: "bp-box" });
  const g = s("g", { class: "bp-node" }, box);
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

function drawNames(names, turned, side, left, top) {
  const every = Math.ceil(names.length / NAMES);
  return names.map((name, i) => {
    const along = i * side + side / 2;
    const [x, y] = turned ? [left + along, top - 8] : [left - 8, top + along + 4];
    const anchor = turned ? "middle" : "end";
    const text = s("text", { x, y, "text-anchor": anchor, "font-size": 12, class: "bp-axis" }, name);
    text.style.display = i % every ? "none" : "";
    return text;
  });
}

// Names above the columns stand upright where they are wider than their columns.
function turnNames(texts) {
  for (const text of texts) {
    const [x, y] = [text.getAttribute("x"), text.getAttribute("y")];
    setAttribute(text, "text-anchor", "start");
    setAttribute(text, "transform", `rotate(-90 ${x} ${y}) translate(0 4)`);
  }
}

// Where everything lies, in pixels: the cells begin below the names of the columns, right of those of the rows.
function measured(view, { rows, columns }) {
  const side = sizeOf({ rows, columns }, view.short.length);
  const [longest, widest] = [rows, columns].map((names) => 8 * Math.max(...names.map(columnsOf)));
  const turned = side * Math.ceil(columns.length / NAMES) < widest + 6;
  const [left, top] = [16 + longest, turned ? 20 + widest : 24];
  return { side, turned, left, top, wide: side * columns.length, high: side * rows.length };
}

// The picture of one layout, with the parts that move.
function buildMap(view, shown) {
  const { rows, columns, entry } = shown;
  const { side, turned, left, top, wide, high } = measured(view, shown);
  const [width, height] = [left + wide + 4, top + high + 4];
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  svg.append(s("rect", { x: left, y: top, width: wide, height: high, fill: "#FFFFFF" }));
  rows.forEach((_, i) => columns.forEach((_, j) => {
    const k = entry(i, j);
    if (view.fills[k] || view.short.length) svg.append(drawCell(view, k, left + j * side, top + i * side, side));
  }));
  const lines = [...rows.keys()].map((i) => `M${left} ${top + i * side}h${wide}`)
    .concat([...columns.keys()].map((j) => `M${left + j * side} ${top}v${high}`));
  svg.append(s("path", { d: lines.join(""), class: "bp-jacobian-lines" }));
  svg.append(s("rect", { x: left, y: top, width: wide, height: high, class: "bp-jacobian-frame" }));
  const [down, across] = [drawNames(rows, false, side, left, top), drawNames(columns, true, side, left, top)];
  if (turned) turnNames(across);
  const outline = { width: side, height: side };
  const cursor = s("g", { class: "bp-jacobian-cursor" },
    s("rect", { ...outline, "stroke-width": 5, stroke: "#222222" }),
    s("rect", { ...outline, "stroke-width": 2.5, stroke: "#F0E442" }));
  svg.append(...down, ...across, cursor);
  // Numbers must stay readable: below this width the box scrolls.
  svg.style.minWidth = `${(view.short.length ? 0.75 : 0.62) * width}px`;
  const every = [rows, columns].map((names) => Math.ceil(names.length / NAMES));
  return { svg, down, across, cursor, side, left, top, every };
}

// Only every few names fit; beside that of the present row the next ones would not.
function showNames(names, present, every) {
  names.forEach((text, n) => {
    text.classList.toggle("bp-here", n === present);
    text.style.display = n === present || (n % every === 0 && Math.abs(n - present) >= every) ? "" : "none";
  });
}

function makeMap(ctx) {
  const spoken = { role: "application", "aria-roledescription": "matrix" };
  const box = h("div", { class: "bp-jacobian-map", tabindex: "0", ...spoken });
  let parts, drawn, laid;
  const cellAt = (event) => {
    const ratio = parts.svg.viewBox.baseVal.width / parts.svg.getBoundingClientRect().width;
    const at = parts.svg.getBoundingClientRect();
    const i = Math.floor(((event.clientY - at.top) * ratio - parts.top) / parts.side);
    const j = Math.floor(((event.clientX - at.left) * ratio - parts.left) / parts.side);
    if (i >= 0 && j >= 0) ctx.goTo(i, j);
  };
  box.addEventListener("pointermove", cellAt);
  box.addEventListener("pointerdown", cellAt);
  const draw = ({ view, layout, shown, i, j }) => {
    if (drawn !== view || laid !== layout) {
      parts = buildMap(view, shown);
      box.replaceChildren(parts.svg);
      [drawn, laid] = [view, layout];
    }
    const { side, left, top, every } = parts;
    setAttribute(parts.cursor, "transform", `translate(${left + j * side} ${top + i * side})`);
    showNames(parts.down, i, every[0]);
    showNames(parts.across, j, every[1]);
    setAttribute(box, "aria-label", `${shown.words.heading}. Arrow keys go from entry to entry.`);
    if (ctx.follow) reveal(box, parts.cursor);
    ctx.follow = false;
  };
  return { node: box, draw };
}

function makeTelling() {
  const formula = h("span", { class: "bp-formula bp-code" });
  const words = h("span", { class: "bp-sentence" });
  const node = h("p", { class: "bp-words", "aria-live": "polite" }, formula, words);
  const draw = ({ view, shown, i, j }) => {
    const k = shown.entry(i, j);
    const [input, output] = shown.notes ? [shown.rows[i], shown.columns[j]] : [shown.columns[j], shown.rows[i]];
    setText(formula, `∂${output}/∂${input} = ${view.texts[k]}`);
    const effect = view.texts[k] === "0" ? `here ${output} does not move with ${input}`
      : view.texts[k].startsWith("-") ? `${output} falls as ${input} rises` : `${output} rises with ${input}`;
    const told = view.texts[k] === "nan" ? "not a number" : effect;
    setText(words, `Row ${shown.rows[i]}, column ${shown.columns[j]}: ${told}.`);
  };
  return { node, draw };
}

function makeFacts() {
  const kind = h("p", { class: "bp-jacobian-kind" });
  const list = h("ul", { class: "bp-jacobian-facts" });
  const draw = ({ shown }) => {
    setText(kind, `Kind: ${shown.words.kind}`);
    const facts = shown.words.facts;
    if (list.dataset.text === facts.join("\n")) return;
    list.dataset.text = facts.join("\n");
    list.replaceChildren(...facts.map((fact) => h("li", {}, fact)));
  };
  const legend = h("p", { class: "bp-note" },
    "Green: above 0. Purple, with a minus sign or a bar: below 0. White: exactly 0.");
  return { node: h("div", { class: "bp-jacobian-about", "aria-live": "off" }, kind, list, legend), draw };
}

// ---- the whole ----

function makeContext(model, el) {
  const ctx = { model, el, late: false, follow: false };
  ctx.shown = () => arranged(model.get("view"), model.get("layout_name"));
  ctx.place = () => {
    const [input, output] = model.get("cell");
    return model.get("layout_name") === "notes" ? [input, output] : [output, input];
  };
  ctx.set = (name, value) => {
    model.set(name, value);
    clearTimeout(ctx.saving); // Python hears of it a little later: it must not cost the step anything
    ctx.saving = setTimeout(() => model.save_changes(), 200);
  };
  ctx.goTo = (row, column) => {
    const { rows, columns, notes } = ctx.shown();
    const i = Math.max(0, Math.min(row, rows.length - 1));
    const j = Math.max(0, Math.min(column, columns.length - 1));
    const [before, beside] = ctx.place();
    if (i !== before || j !== beside) ctx.set("cell", notes ? [i, j] : [j, i]);
  };
  ctx.step = (down, right) => {
    const [i, j] = ctx.place();
    ctx.follow = true;
    ctx.goTo(i + down, j + right);
  };
  askPython(ctx);
  return ctx;
}

function makeDraw(ctx, pieces) {
  const draw = () => {
    ctx.due = false;
    const [i, j] = ctx.place();
    const shown = ctx.shown();
    const place = { i: Math.min(i, shown.rows.length - 1), j: Math.min(j, shown.columns.length - 1) };
    const view = { view: ctx.model.get("view"), layout: ctx.model.get("layout_name"), shown, ...place };
    pieces.forEach((piece) => piece.draw(view));
  };
  ctx.redraw = () => {
    if (!ctx.due) queueMicrotask(draw);
    ctx.due = true;
  };
}

function listenToModel(ctx) {
  // The view is marked as disconnected by ipywidgets' own listener, which may come after this one.
  const listeners = { comm_live_update: () => setTimeout(ctx.redraw), "change:heard": () => ctx.hear(false) };
  for (const name of ["view", "layout_name", "cell", "inputs", "error"]) listeners[`change:${name}`] = ctx.redraw;
  for (const [name, listener] of Object.entries(listeners)) ctx.model.on(name, listener);
  return () => Object.entries(listeners).forEach(([name, listener]) => ctx.model.off(name, listener));
}

function render({ model, el }) {
  const name = `Jacobian of ${model.get("view").title}`;
  const root = h("div", { class: "bp bp-jacobian", tabindex: "0", role: "group", "aria-label": name });
  const ctx = makeContext(model, el);
  const [head, sliders, telling, map, facts] =
    [makeHead, makeSliders, makeTelling, makeMap, makeFacts].map((make) => make(ctx));
  makeDraw(ctx, [head, sliders, telling, map, facts]);
  const body = h("div", { class: "bp-jacobian-body" }, map.node, facts.node);
  root.append(head.node, sliders.node, telling.node, body);
  const deafen = listenToKeys(root, {
    ArrowRight: () => ctx.step(0, 1),
    ArrowLeft: () => ctx.step(0, -1),
    ArrowDown: () => ctx.step(1, 0),
    ArrowUp: () => ctx.step(-1, 0),
    Home: () => ctx.step(0, -Infinity),
    End: () => ctx.step(0, Infinity),
    PageUp: () => ctx.step(-Infinity, 0),
    PageDown: () => ctx.step(Infinity, 0),
  });
  const forget = listenToModel(ctx);
  el.append(root);
  ctx.redraw();
  setTimeout(ctx.redraw); // once the view is in the page, and knows whether it is connected
  return () => {
    deafen();
    forget();
    [ctx.saving, ctx.waiting].forEach(clearTimeout);
  };
}

const widget = { render };
export default widget;
export const mount = (el, state) => mountWidget(widget, el, state);
