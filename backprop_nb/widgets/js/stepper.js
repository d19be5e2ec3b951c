// The stepper: what is on the screen is a function of the run (Python's rows and steps) and of the position in it.
// Each piece of it is a node and a draw(view).

function makeInputs(ctx) {
  const note = h("p", { class: "bp-note", hidden: true },
    "Stepping works here. Changing an input needs a running kernel, because Python computes f again.");
  const late = h("p", { class: "bp-note", role: "status", hidden: true },
    "Python has not answered yet: it is busy, or its kernel has stopped. Stepping works all the same.");
  const failure = h("p", { class: "bp-error", role: "alert", hidden: true });
  const changed = h("p", { class: "bp-note", role: "status", hidden: true });
  const sliders = ctx.model.get("controls").map((control) =>
    makeSlider(control, (value) => ctx.choose(control.name, value)));
  const fixed = ctx.run.fixed ? h("span", { class: "bp-fixed bp-code" }, ctx.run.fixed) : null;
  const title = h("h3", { class: "bp-title bp-code" });
  const draw = ({ run }) => {
    const inputs = ctx.model.get("inputs");
    setText(title, run.heading);
    sliders.forEach((slider) => slider.show(inputs[slider.name]));
    sliders.forEach((slider) => slider.enable(ctx.alive()));
    note.hidden = ctx.alive() || !sliders.length;
    late.hidden = !ctx.late || !ctx.alive();
    const error = ctx.model.get("error");
    setText(failure, error);
    failure.hidden = !error;
    setText(changed, ctx.notice);
    changed.hidden = !ctx.notice;
  };
  const row = h("div", { class: "bp-inputs" }, sliders.map((slider) => slider.node), fixed);
  return { node: h("div", {}, title, row, note, late, failure, changed), draw };
}

function makeTransport(ctx) {
  const make = (name, text, label, act) =>
    h("button", { type: "button", class: `bp-button bp-${name}`, "aria-label": label, onclick: act }, text);
  const start = make("start", "|◂ Start", "To the start", () => ctx.go(0));
  const back = make("back", "◂ Back", "One step back", () => ctx.step(-1));
  const play = make("play", "", "Play", () => ctx.play());
  const next = make("next", "Next ▸", "One step forward", () => ctx.step(1));
  const end = make("end", "End ▸|", "To the end", () => ctx.go(Infinity));
  const progress = h("input", { type: "range", class: "bp-progress", min: 0, step: 1, "aria-label": "Step",
    oninput: () => ctx.go(parseInt(progress.value, 10)) });
  const where = h("output", { class: "bp-where" });
  const speeds = [[0.5, "slow"], [1, "normal"], [2, "fast"], [5, "very fast"]];
  const choose = () => ctx.set("speed", parseFloat(speed.value));
  const speed = h("select", { class: "bp-select", "aria-label": "Speed of play", onchange: choose },
    speeds.map(([value, text]) => h("option", { value }, `speed: ${text}`)));
  const node = h("div", { class: "bp-transport" },
    h("div", { class: "bp-buttons", role: "group", "aria-label": "Steps" }, start, back, play, next, end),
    h("div", { class: "bp-track" }, progress, where),
    speed);
  const draw = ({ run, p, playing }) => {
    setAttribute(progress, "max", String(run.last));
    progress.value = p;
    progress.style.setProperty("--bp-turn", `${(100 * run.ahead) / run.last}%`);
    const text = p === 0 ? `${run.last} steps` : p <= run.ahead ? `forward ${p} of ${run.ahead}`
      : `backward ${p - run.ahead} of ${run.last - run.ahead}`;
    setText(where, text);
    setAttribute(progress, "aria-valuetext", text);
    setText(play, playing ? "❚❚ Pause" : "▸ Play");
    setAttribute(play, "aria-label", playing ? "Pause" : "Play");
    [start, back].forEach((el) => retire(el, p === 0));
    [next, end].forEach((el) => retire(el, p === run.last));
    speed.value = String(ctx.model.get("speed"));
  };
  return { node, draw };
}

function makeWords() {
  const formula = h("span", { class: "bp-formula bp-code" });
  const words = h("span", { class: "bp-sentence" });
  const done = h("strong", { class: "bp-done" });
  const draw = ({ run, p, path }) => {
    const now = path ? { formula: path.title, words: path.words } : present(run, p);
    setMath(formula, now.math, now.formula);
    setText(words, now.words);
    setText(done, p === run.last && !path ? run.done : "");
    node.classList.toggle("bp-walking", Boolean(path));
  };
  const node = h("p", { class: "bp-words", "aria-live": "polite" }, formula, words, done);
  return { node, draw };
}

function makeGraph(ctx) {
  const box = h("div", { class: "bp-picture", tabindex: "-1" });
  let graph, drawn;
  const build = (run) => {
    graph = mountGraph(box, run.svg, "The graph, a button for each node");
    drawn = run.svg;
    if (!graph.svg) box.append(h("p", { class: "bp-note" }, run.picture ?? "No picture of this graph."));
    for (const [id, { g }] of graph.nodes) {
      g.setAttribute("tabindex", "0");
      g.setAttribute("role", "button");
      g.addEventListener("click", () => ctx.go(stepOf(ctx.run, id, ctx.position())));
      for (const name of ["mouseenter", "focus"]) g.addEventListener(name, () => ctx.look(id));
      for (const name of ["mouseleave", "blur"]) g.addEventListener(name, () => ctx.look(null));
    }
    if (run.grids) for (const [id, part] of graph.edges) nameEdge(part.g, run.edge.get(id).words);
  };
  const drawNode = (run, id, { g, texts }, p, now, path) => {
    const row = run.row.get(id);
    const [value, adjoint] = [valueOf(run, row, p), adjointOf(run, row, p)];
    setText(texts[1], value);
    setText(texts[2], `${row.bar} = ${adjoint}`);
    const kept = row.kept ? `, ${row.kept}` : "";
    const said = `${row.name} = ${row.formula}, value ${value}, adjoint ${adjoint}${kept}`;
    setAttribute(g, "aria-label", said.replaceAll(DASH, "not computed yet"));
    g.classList.toggle("bp-now", !path && id === now.target);
    g.classList.toggle("bp-from", !path && id === now.source);
    g.classList.toggle("bp-on-path", Boolean(path?.nodes.includes(id)));
    g.classList.toggle("bp-waiting", value === DASH && !path);
  };
  const drawEdge = (run, id, part, p, now, path) => {
    const { g } = part;
    const step = run.edge.get(id);
    const onPath = Boolean(path?.edges.includes(id));
    labelEdge(part, step && (onPath || (!path && p >= step.at)) ? step.local : "");
    g.classList.toggle("bp-now", !path && id === now.edge);
    g.classList.toggle("bp-on-path", onPath);
  };
  let revealed;
  const draw = ({ run, p, path }) => {
    if (drawn !== run.svg) build(run);
    const now = present(run, p);
    for (const [id, part] of graph.nodes) drawNode(run, id, part, p, now, path);
    for (const [id, part] of graph.edges) drawEdge(run, id, part, p, now, path);
    const seen = graph.nodes.get(path ? path.nodes[path.nodes.length - 1] : now.target);
    if (seen && seen !== revealed) {
      // Once a step, for pointing at a node must not move the picture; if both ends do not fit, the target counts.
      if (now.source && !path) reveal(box, graph.nodes.get(now.source).g);
      reveal(box, seen.g);
    }
    revealed = seen;
  };
  return { node: box, draw };
}

function makeDetails(ctx) {
  const list = h("dl", { class: "bp-details", tabindex: "0", role: "region", "aria-label": "One node" });
  const line = (name, ...items) => [h("dt", {}, name), h("dd", { class: "bp-code" }, items)];
  const draw = ({ run, p, looked }) => {
    const row = run.row.get(looked ?? present(run, p).target);
    if (!row) {
      const hint = "Point at a node, or Tab to it: its story is told here.";
      list.replaceChildren(...line("Node", h("span", { class: "bp-note" }, hint)));
      return;
    }
    const [value, adjoint] = [valueOf(run, row, p), adjointOf(run, row, p)];
    const partials = run.backward.filter((step) => step.source === row.id).map((step) =>
      h("div", {}, step.plain ? step.partial : `${step.partial} = ${value === DASH ? DASH : step.local}`));
    const inflows = row.inflows.filter((step) => step.at <= p);
    const flows = inflows.map((step) => h("div", {}, step.source
      ? `${step.product} = ${step.contribution} from ${run.row.get(step.source).name}` : "1, because it is the output"));
    if (inflows.length > 1) flows.push(h("div", { class: "bp-adjoint" }, `sum: ${row.bar} = ${adjoint}`));
    list.replaceChildren(
      ...line("Node", `${row.name} = ${row.formula} `, h("span", { class: "bp-value" }, ` value ${value} `),
        h("span", { class: "bp-adjoint" }, ` adjoint ${adjoint}`)),
      ...line(run.grids ? "Hands on" : "Local partials", partials.length ? partials : row.label ? "none: it is an input" : "none"),
      ...line("Flowed in", flows.length ? flows : "nothing yet"),
      ...(run.grids ? line("Kept", row.kept || "not needed on the way back") : []));
  };
  return { node: list, draw };
}

// What happens now, and beside it the node that is pointed at.
function makeStory(ctx) {
  const [words, details] = [makeWords(), makeDetails(ctx)];
  const draw = (view) => [words, details].forEach((piece) => piece.draw(view));
  return { node: h("div", { class: "bp-story" }, words.node, details.node), draw };
}

function makeColumn(ctx, title, kind, steps, first) {
  const list = h("ol", { class: "bp-list bp-code", tabindex: "0", "aria-label": `${title}, line by line` });
  let lines = [], shape, revealed;
  const build = (run) => {
    shape = run.shape;
    lines = steps(run).map((step, i) => {
      const line = h("span", { class: "bp-line" });
      const numbers = h("span", { class: `bp-numbers bp-${kind}` });
      const onclick = () => ctx.go(first(run) + i + 1);
      const onmouseenter = () => ctx.look(step.row ?? step.target);
      const onmouseleave = () => ctx.look(null);
      return { li: h("li", { onclick, onmouseenter, onmouseleave }, line, numbers), line, numbers };
    });
    list.replaceChildren(...lines.map((parts) => parts.li));
    list.style.setProperty("--bp-chars", Math.min(26, Math.max(...steps(run).map((step) => columnsOf(step.line)))));
  };
  const draw = ({ run, p, path, looked }) => {
    if (shape !== run.shape) build(run);
    steps(run).forEach((step, i) => {
      const at = first(run) + i + 1;
      const { li, line, numbers } = lines[i];
      setText(line, step.line);
      setText(numbers, p >= at ? step.numbers : DASH);
      const now = at === p && !path;
      li.classList.toggle("bp-now", now);
      li.classList.toggle("bp-waiting", p < at);
      li.classList.toggle("bp-about", looked != null && (step.row ?? step.target) === looked);
      setAttribute(li, "aria-current", now ? "step" : "false");
      if (now && p !== revealed) reveal(list, li);
    });
    revealed = p;
  };
  return { node: h("section", { class: "bp-column" }, h("h4", { class: `bp-${kind}` }, title), list), draw };
}

function makeColumns(ctx) {
  const forward = makeColumn(ctx, "Forward: values ↓", "value", (run) => run.forward, () => 0);
  const backward = makeColumn(ctx, "Backward: adjoints ↓", "adjoint", (run) => run.backward, (run) => run.ahead);
  const node = h("div", { class: "bp-columns" }, forward.node, backward.node);
  const draw = (view) => {
    node.classList.toggle("bp-even", Boolean(view.run.grids));
    [forward, backward].forEach((column) => column.draw(view));
  };
  return { node, draw };
}

// ---- the whole ----

// What the pieces may ask and do. Only what the model holds is shared between views; the rest belongs to this one.
function makeContext(model, el, root) {
  const ctx = { model, run: readRun(model.get("run")), looked: null, notice: "", late: false };
  const pause = () => model.get("playing") && model.set("playing", false);
  ctx.alive = () => isAlive(model, el);
  ctx.position = () => Math.min(model.get("position"), ctx.run.last);
  ctx.set = (name, value) => {
    model.set(name, value);
    clearTimeout(ctx.saving); // Python hears of a step a little later: it must not cost the step anything
    ctx.saving = setTimeout(() => model.save_changes(), 200);
  };
  ctx.go = (p) => {
    pause();
    ctx.notice = "";
    ctx.set("chosen", ""); // stepping leaves the paths: one thing is lit at a time
    ctx.set("position", Math.max(0, Math.min(p, ctx.run.last)));
  };
  ctx.step = (by) => ctx.go(ctx.position() + by);
  ctx.play = () => {
    const on = !model.get("playing");
    if (on && ctx.position() === ctx.run.last) ctx.go(0);
    ctx.set("chosen", "");
    ctx.set("playing", on);
  };
  ctx.look = (id) => {
    ctx.looked = id ?? root.querySelector(".bp-node:focus")?.dataset.id ?? null;
    ctx.redraw();
  };
  ctx.walk = (name, number) => {
    pause();
    ctx.set("path", clampPath(ctx.run, name, number));
    ctx.set("chosen", name);
  };
  askPython(ctx);
  return ctx;
}

// One picture an event, however many traits it changed.
function makeDraw(ctx, pieces) {
  const { model } = ctx;
  const draw = () => {
    ctx.due = false;
    const chosen = model.get("chosen");
    const number = clampPath(ctx.run, chosen, model.get("path"));
    const view = { run: ctx.run, p: ctx.position(), playing: model.get("playing"), chosen, number, looked: ctx.looked };
    view.path = chosen ? chosenPath(ctx.run, chosen, number) : null;
    pieces.forEach((piece) => piece.draw(view));
  };
  ctx.redraw = () => {
    if (!ctx.due) queueMicrotask(draw);
    ctx.due = true;
  };
}

function listenToModel(ctx) {
  const changed = () => {
    const { shape } = ctx.run;
    ctx.run = readRun(ctx.model.get("run"));
    if (!ctx.run.row.has(ctx.looked)) ctx.looked = null;
    const elsewhere = `The graph has changed its shape: ${ctx.run.title} went another way through its code.`;
    if (shape !== ctx.run.shape) ctx.notice = elsewhere;
    ctx.redraw();
  };
  // The view is marked as disconnected by ipywidgets' own listener, which may come after this one.
  const late = () => setTimeout(ctx.redraw);
  const listeners = { "change:run": changed, "change:heard": () => ctx.hear(false), comm_live_update: late };
  const drawn = ["position", "playing", "chosen", "path", "inputs", "error", "speed"];
  for (const name of drawn) listeners[`change:${name}`] = ctx.redraw;
  for (const [name, listener] of Object.entries(listeners)) ctx.model.on(name, listener);
  return () => Object.entries(listeners).forEach(([name, listener]) => ctx.model.off(name, listener));
}

function render({ model, el }) {
  const name = `Stepper for ${model.get("run").title}`;
  const root = h("div", { class: "bp bp-stepper", tabindex: "0", role: "group", "aria-label": name });
  const ctx = makeContext(model, el, root);
  const made = [makeInputs, makeTransport, makeStory, makeArrays, makeGraph, makeColumns, makePaths];
  const pieces = made.map((make) => make(ctx));
  makeDraw(ctx, pieces);
  root.append(...pieces.map((piece) => piece.node));
  const press = (event) => event.target.closest(".bp-node")?.dispatchEvent(new MouseEvent("click"));
  const deafen = listenToKeys(root, {
    ArrowRight: () => ctx.step(1),
    ArrowLeft: () => ctx.step(-1),
    ArrowDown: () => ctx.step(1),
    ArrowUp: () => ctx.step(-1),
    Home: () => ctx.go(0),
    End: () => ctx.go(Infinity),
    Enter: press,
    Space: (event) => (event.target.closest(".bp-node") ? press(event) : ctx.play()),
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

// One clock a model, however many views show it.
function initialize({ model }) {
  let clock;
  const tick = () => {
    const last = model.get("run").forward.length + model.get("run").backward.length;
    if (model.get("position") < last) model.set("position", model.get("position") + 1);
    if (model.get("position") >= last) model.set("playing", false);
    model.save_changes();
  };
  const follow = () => {
    clearInterval(clock);
    if (model.get("playing")) clock = setInterval(tick, 1000 / model.get("speed"));
  };
  model.on("change:playing", follow);
  model.on("change:speed", follow);
  follow();
  return () => clearInterval(clock);
}

const widget = { initialize, render };
export default widget;
export const mount = (el, state) => mountWidget(widget, el, state);
