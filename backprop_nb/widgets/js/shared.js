// What the stepper and the branches share. Python puts this text in front of theirs: one module, one request fewer.

// An element with attributes, listeners ("onclick") and children. Strings become text nodes, never markup: a learner
// may call a variable <script>.
function h(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") el.addEventListener(name.slice(2), value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  el.append(...children.flat(Infinity).filter((child) => child != null));
  return el;
}

// Every picture is drawn anew at each step, so what has not changed must cost nothing.
const written = new WeakMap();
function setText(el, text) {
  if (!el || written.get(el) === text) return;
  written.set(el, text);
  el.textContent = text;
}

function setAttribute(el, name, value) {
  if (el.getAttribute(name) !== value) el.setAttribute(name, value);
}

// The SVG that Python drew, put into `box`: its nodes and edges by id, each with the texts that change.
// Ids become data-ids, because a page may hold the same graph twice; titles go, because they pop up as "v5->v4".
function mountGraph(box, source, name) {
  const svg = new DOMParser().parseFromString(source, "text/html").querySelector("svg");
  box.replaceChildren(...(svg ? [svg] : []));
  const graph = { svg, nodes: new Map(), edges: new Map() };
  if (!svg) return graph;
  svg.querySelectorAll("title").forEach((title) => title.remove());
  for (const g of svg.querySelectorAll("g.bp-node, g.bp-edge")) {
    const part = { g, texts: [...g.querySelectorAll("text")], pill: g.querySelector("rect") };
    graph[g.classList.contains("bp-node") ? "nodes" : "edges"].set(g.id, part);
  }
  svg.querySelectorAll("[id]").forEach((el) => {
    el.dataset.id = el.id;
    el.removeAttribute("id");
  });
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", name);
  // Much below its own size the text is too small to read: then the box scrolls.
  svg.style.maxWidth = "100%";
  svg.style.height = "auto";
  svg.style.minWidth = `${0.7 * parseFloat(svg.getAttribute("width"))}px`;
  return graph;
}

// Out of use, but not disabled: a disabled button loses the focus, and the next key would go to the page instead.
const retire = (button, on) => setAttribute(button, "aria-disabled", String(on));

// Write the number on an edge, and make the pill beneath it as long as the number; "" takes both away.
function labelEdge({ texts: [text], pill }, number) {
  if (!text || written.get(text) === number) return;
  setText(text, number);
  if (!pill) return;
  const width = columnsOf(number) * 0.602 * parseFloat(text.getAttribute("font-size")) + 10;
  pill.setAttribute("width", width);
  pill.setAttribute("x", parseFloat(text.getAttribute("x")) - width / 2);
  pill.style.display = number ? "" : "none";
}

// Say in words what an edge stands for, to the pointer and to a screen reader.
function nameEdge(g, words) {
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = words;
  g.prepend(title);
  g.setAttribute("role", "img");
  g.setAttribute("aria-label", words);
}

// How many columns a text takes in a monospace font: the bar of v̄ takes none.
const columnsOf = (text) => [...text.normalize("NFD").replace(/\p{M}/gu, "")].length;

// Scroll `box`, and only it (never the page), until `el` can be seen.
function reveal(box, el) {
  const outer = box.getBoundingClientRect();
  const inner = el.getBoundingClientRect();
  const by = (low, high, from, to) => (low < from ? low - from : high > to ? high - to : 0);
  const down = by(inner.top - 8, inner.bottom + 8, outer.top, outer.bottom);
  const right = by(inner.left - 8, inner.right + 8, outer.left, outer.right);
  if (down) box.scrollTop += down;
  if (right) box.scrollLeft += right;
}

// A slider and a number field for one input. `change(value)` is told what the learner chose.
function makeSlider(control, change) {
  const label = `${control.name} =`;
  const bounds = { min: control.min, max: control.max, step: control.step };
  const range = h("input", { type: "range", class: "bp-range", "aria-label": control.name, ...bounds });
  const spoken = `${control.name}, as a number`;
  const field = h("input", { type: "number", class: "bp-number", "aria-label": spoken, step: "any" });
  const read = (el) => {
    const value = parseFloat(el.value);
    if (Number.isFinite(value)) change(control.kind === "integer" ? Math.round(value) : value);
  };
  range.addEventListener("input", () => read(range));
  field.addEventListener("change", () => read(field));
  const show = (value) => {
    if (parseFloat(range.value) !== value) range.value = value;
    if (document.activeElement !== field || parseFloat(field.value) !== value) field.value = value;
  };
  show(control.value);
  const enable = (on) => [range, field].forEach((el) => (el.disabled = !on));
  const node = h("label", { class: "bp-control" }, h("span", { class: "bp-code" }, label), range, field);
  return { name: control.name, node, show, enable };
}

// Keys that a widget answers. JupyterLab listens before the page does and swallows arrows and letters, unless an
// ancestor carries its attribute; while a modifier is held the attribute goes, so that Ctrl+S and Shift+Enter still work.
// It also leaves the focus here when another cell is clicked, whose keys would then still come here: so let go of it.
function listenToKeys(root, actions) {
  const letGo = (event) => {
    const focus = document.activeElement;
    if (root.contains(focus) && !root.contains(event.target)) focus.blur();
  };
  document.addEventListener("pointerdown", letGo, true);
  const guard = (on) => root.toggleAttribute("data-lm-suppress-shortcuts", on);
  guard(true);
  root.addEventListener("keyup", (event) => guard(!(event.ctrlKey || event.metaKey || event.shiftKey)));
  root.addEventListener("focusout", () => guard(true));
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return guard(false);
    const kind = event.target.type ?? "";
    if (kind === "number" || kind.startsWith("select")) return event.stopPropagation();
    const action = actions[event.key === " " ? "Space" : event.key];
    // A range answers arrows itself, a button answers the space bar.
    const pressed = event.key === " " || event.key === "Enter";
    const native = kind === "range" ? event.key !== " " : kind === "button" && pressed;
    event.stopPropagation();
    if (!action || native) return;
    event.preventDefault();
    action(event);
  });
  return () => document.removeEventListener("pointerdown", letGo, true);
}

// Has Python gone? ipywidgets marks the view; a page without any kernel says so itself.
function isAlive(model, el) {
  return !model.standIn && !el.closest(".jupyter-widgets-disconnected");
}

// A model for pages that have no kernel: what is set stays in the page.
function standIn(state) {
  const listeners = {};
  return {
    standIn: true,
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      (listeners[`change:${name}`] ?? []).forEach((listener) => listener());
    },
    save_changes() {},
    send() {},
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off(name, listener) {
      listeners[name] = (listeners[name] ?? []).filter((other) => other !== listener);
    },
  };
}

// Show `widget` in `el` from saved `state`; exported pages call this.
function mountWidget(widget, el, state) {
  const model = standIn(state);
  widget.initialize?.({ model });
  el.replaceChildren();
  el.append(h("style", {}, state._css));
  const inner = h("div");
  el.append(inner);
  widget.render({ model, el: inner });
}

// Milliseconds that Python may take to answer before the learner is told: JupyterLab does not say when a kernel ends.
const PATIENCE = 3000;

// For a widget with inputs that Python computes on: `choose` one, and `hear` whether what is shown belongs to them.
function askPython(ctx) {
  const { model } = ctx;
  ctx.choose = (name, value) => {
    model.set("inputs", { ...model.get("inputs"), [name]: value });
    model.save_changes(); // ipywidgets sends the latest when Python is free: slow functions build no queue
    clearTimeout(ctx.waiting);
    ctx.waiting = setTimeout(() => ctx.hear(true), PATIENCE);
  };
  ctx.hear = (waited) => {
    const heard = model.get("heard");
    const answered = Object.entries(model.get("inputs")).every(([name, value]) => heard[name] === value);
    ctx.late = !answered && (waited || ctx.late);
    ctx.redraw();
  };
}
