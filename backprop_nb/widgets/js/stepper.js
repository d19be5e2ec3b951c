// The stepper: what is on the screen is a function of the run (Python's rows and steps) and of the position in it.

/** @typedef {ReturnType<typeof makeStepping>} Stepping */
/** @typedef {ReturnType<Stepping["look"]>} StepperView */

/** What the pieces may ask and do. Only what the model holds is shared between views; the rest belongs to this one.
 * @param {Context} ctx */
function makeStepping({ model, root, set, redraw }) {
  let run = readRun(model.get("run"));
  let [looked, notice] = ["", ""]; // the node that is pointed at, and what there is to say about a new graph
  const read = () => {
    const { shape } = run;
    if (run.told !== model.get("run")) run = readRun(model.get("run"));
    if (!run.row[looked]) looked = "";
    const elsewhere = `The graph has changed its shape: ${run.title} went another way through its code.`;
    if (shape !== run.shape) notice = elsewhere;
    return run;
  };
  const position = () => within(model.get("position"), read().last + 1);
  const pause = () => model.get("playing") && model.set("playing", false);
  const go = (/** @type {number} */ p) => {
    pause();
    notice = "";
    set("chosen", ""); // stepping leaves the paths: one thing is lit at a time
    set("position", within(p, read().last + 1));
  };
  const step = (/** @type {number} */ by) => go(position() + by);
  const play = () => {
    const on = !model.get("playing");
    if (on && position() === run.last) go(0);
    set("chosen", "");
    set("playing", on);
  };
  const point = (/** @type {string} */ id) => {
    looked = id || (root.querySelector(".bp-node:focus")?.getAttribute("data-id") ?? "");
    redraw();
  };
  /** @type {(name: string, number: number) => void} */
  const walk = (name, number) => {
    pause();
    set("path", clampPath(read(), name, number));
    set("chosen", name);
  };
  const look = () => {
    const [p, chosen] = [position(), model.get("chosen")];
    const [present, number] = [presentAt(run, p), clampPath(run, chosen, model.get("path"))];
    const path = pathOf(run, chosen, number);
    const about = run.row[looked || (present.target ?? "")];
    return { run, p, lit: path ?? present, path, chosen, number, looked, about, notice };
  };
  return { model, read, position, set, go, step, play, point, walk, look };
}

/** @param {Stepping} steps @returns {Piece<StepperView>} */
function makeTransport({ model, set, go, step, play }) {
  /** @type {(name: string, text: string, label: string, act: () => void) => HTMLElement} */
  const make = (name, text, label, act) =>
    makeButton(text, { class: `bp-button bp-${name}`, "aria-label": label, onclick: act });
  const start = make("start", "|◂ Start", "To the start", () => go(0));
  const back = make("back", "◂ Back", "One step back", () => step(-1));
  const toggle = make("play", "", "Play", play);
  const next = make("next", "Next ▸", "One step forward", () => step(1));
  const end = make("end", "End ▸|", "To the end", () => go(Infinity));
  const progress = h("input", { type: "range", class: "bp-progress", min: 0, step: 1, "aria-label": "Step",
    oninput: () => go(parseInt(progress.value, 10)) });
  const where = h("output", { class: "bp-where" });
  const speeds = [["0.5", "slow"], ["1", "normal"], ["2", "fast"], ["5", "very fast"]];
  const onchange = () => set("speed", parseFloat(speed.value));
  const speed = h("select", { class: "bp-select", "aria-label": "Speed of play", onchange },
    speeds.map(([value, text]) => h("option", { value }, `speed: ${text}`)));
  const node = h("div", { class: "bp-transport" },
    h("div", { class: "bp-buttons", role: "group", "aria-label": "Steps" }, start, back, toggle, next, end),
    h("div", { class: "bp-track" }, progress, where),
    speed);
  return { node, draw: ({ run, p }) => {
    const text = p === 0 ? `${run.last} steps` : p <= run.ahead ? `forward ${p} of ${run.ahead}`
      : `backward ${p - run.ahead} of ${run.last - run.ahead}`;
    furnish(progress, { max: run.last, "aria-valuetext": text });
    progress.value = String(p);
    setText(where, text);
    const playing = model.get("playing");
    setText(toggle, playing ? "❚❚ Pause" : "▸ Play");
    furnish(toggle, { "aria-label": playing ? "Pause" : "Play" });
    for (const button of [start, back]) retire(button, p === 0);
    for (const button of [next, end]) retire(button, p === run.last);
    speed.value = String(model.get("speed"));
  } };
}

/** What happens now. @returns {Piece<StepperView>} */
function makeWords() {
  const formula = h("span", { class: "bp-formula bp-code" });
  const words = h("span", { class: "bp-sentence" });
  const done = h("strong", { class: "bp-done" });
  const node = h("p", { class: "bp-words", "aria-live": "polite" }, formula, words, done);
  let shown = "";
  return { node, draw: ({ run, p, lit, path }) => {
    // MathML, or plain text: both are Python's own words, with every name escaped.
    const written = lit.math || lit.formula;
    if (shown !== written) {
      const math = lit.math && new DOMParser().parseFromString(lit.math, "text/html").querySelector("math");
      formula.replaceChildren(math || lit.formula);
      shown = written;
    }
    setText(words, lit.words);
    setText(done, p === run.last && !path ? run.done : "");
    mark(node, { "bp-walking": Boolean(path) });
  } };
}

/** @param {Stepping} steps @returns {Piece<StepperView>} */
function makeGraph({ read, position, go, point }) {
  const box = h("div", { class: "bp-picture", tabindex: "-1" });
  let [graph, drawn] = [/** @type {Graph | null} */ (null), /** @type {string | null} */ (null)];
  let revealed = /** @type {GraphPart | null} */ (null);
  const build = (/** @type {Reading} */ run) => {
    drawn = run.svg;
    graph = mountGraph(box, run.svg, "The graph, a button for each node");
    if (!graph) box.append(h("p", { class: "bp-note" }, run.picture));
    for (const [id, { g }] of Object.entries(graph?.nodes ?? {})) {
      const [enter, leave] = [() => point(id), () => point("")];
      furnish(g, { tabindex: "0", role: "button", onclick: () => go(stepTo(read(), id, position())),
        onmouseenter: enter, onfocus: enter, onmouseleave: leave, onblur: leave });
    }
    // Say in words what an edge stands for, to the pointer and to a screen reader.
    for (const [id, { g }] of Object.entries((run.grids && graph?.edges) ?? {})) {
      const { words } = run.edge[id];
      g.prepend(s("title", {}, words));
      furnish(g, { role: "img", "aria-label": words });
    }
  };
  return { node: box, draw: ({ run, p, lit, path }) => {
    if (drawn !== run.svg) build(run);
    if (!graph) return;
    for (const [id, { g, texts }] of Object.entries(graph.nodes)) {
      const row = run.row[id];
      const [value, adjoint] = [valueAt(row, p), adjointAt(run, row, p)];
      setText(texts[1], value);
      setText(texts[2], `${row.bar} = ${adjoint}`);
      const kept = row.kept ? `, ${row.kept}` : "";
      const said = `${row.formula}, value ${value}, adjoint ${adjoint}${kept}`;
      furnish(g, { "aria-label": said.replaceAll(DASH, "not computed yet") });
      mark(g, { "bp-now": id === lit.target, "bp-from": id === lit.source,
        "bp-on-path": Boolean(path?.nodes.includes(id)), "bp-waiting": value === DASH && !path });
    }
    for (const [id, part] of Object.entries(graph.edges)) {
      const step = run.edge[id];
      const onPath = Boolean(path?.edges.includes(id));
      labelEdge(part, step && (onPath || (!path && p >= step.at)) ? step.local ?? "" : "");
      mark(part.g, { "bp-now": id === lit.edge, "bp-on-path": onPath });
    }
    const seen = graph.nodes[path?.nodes[path.nodes.length - 1] ?? lit.target ?? ""] ?? null;
    if (seen && seen !== revealed) {
      // Once a step, for pointing at a node must not move the picture; if both ends do not fit, the target counts.
      if (lit.source) reveal(box, graph.nodes[lit.source].g);
      reveal(box, seen.g);
    }
    revealed = seen;
  } };
}

/** The node that is pointed at, or that the step has changed. @returns {Piece<StepperView>} */
function makeDetails() {
  const node = h("dl", { class: "bp-details", tabindex: "0", role: "region", "aria-label": "One node" });
  /** @type {(name: string, ...items: Child[]) => HTMLElement[]} */
  const line = (name, ...items) => [h("dt", {}, name), h("dd", { class: "bp-code" }, ...items)];
  return { node, draw: ({ run, p, about: row }) => {
    if (!row) {
      const hint = "Point at a node, or Tab to it: its story is told here.";
      return node.replaceChildren(...line("Node", h("span", { class: "bp-note" }, hint)));
    }
    const [value, adjoint] = [valueAt(row, p), adjointAt(run, row, p)];
    const partials = run.backward.filter((step) => step.source === row.id).map((step) =>
      h("div", {}, step.plain ? step.partial : `${step.partial} = ${value === DASH ? DASH : step.local}`));
    const inflows = row.inflows.filter((step) => step.at <= p);
    const flows = inflows.map((step) => h("div", {}, step.source
      ? `${step.product} = ${step.contribution} from ${run.row[step.source].name}` : "1, because it is the output"));
    if (inflows.length > 1) flows.push(h("div", { class: "bp-adjoint" }, `sum: ${row.bar} = ${adjoint}`));
    node.replaceChildren(
      ...line("Node", `${row.formula} `, h("span", { class: "bp-value" }, ` value ${value} `),
        h("span", { class: "bp-adjoint" }, ` adjoint ${adjoint}`)),
      ...line(run.grids ? "Hands on" : "Local partials",
        partials.length ? partials : row.label ? "none: it is an input" : "none"),
      ...line("Flowed in", flows.length ? flows : "nothing yet"),
      ...(run.grids ? line("Kept", row.kept || "not needed on the way back") : []));
  } };
}

/** One half of Figure 1, line by line. @param {Stepping} steps @param {string} title @param {string} kind
 * @param {(run: Reading) => Reading["forward"]} partOf @returns {Piece<StepperView>} */
function makeColumn({ go, point }, title, kind, partOf) {
  const list = h("ol", { class: "bp-list bp-code", tabindex: "0", "aria-label": `${title}, line by line` });
  let [shape, revealed] = ["", -1];
  const build = (/** @type {Reading} */ run) => {
    shape = run.shape;
    list.replaceChildren(...partOf(run).map(({ target, at }) => h("li",
      { onclick: () => go(at), onmouseenter: () => point(target), onmouseleave: () => point("") },
      h("span", { class: "bp-line" }), h("span", { class: `bp-numbers bp-${kind}` }))));
    const chars = Math.min(26, Math.max(...partOf(run).map((step) => columnsOf(step.line))));
    list.style.setProperty("--bp-chars", String(chars));
  };
  const node = h("section", { class: "bp-column" }, h("h4", { class: `bp-${kind}` }, title), list);
  return { node, draw: ({ run, p, path, looked }) => {
    if (shape !== run.shape) build(run);
    const items = [...list.children];
    partOf(run).forEach((step, i) => {
      const [li, [line, numbers]] = [items[i], items[i].children];
      const now = step.at === p && !path;
      setText(line, step.line);
      setText(numbers, p >= step.at ? step.numbers : DASH);
      mark(li, { "bp-now": now, "bp-waiting": p < step.at, "bp-about": step.target === looked });
      furnish(li, { "aria-current": now ? "step" : "false" });
      if (now && p !== revealed) reveal(list, li);
    });
    revealed = p;
  } };
}

function render(/** @type {Page} */ page) {
  const { title, fixed, grids } = page.model.get("run");
  return showExplorer(page, "stepper", `Stepper for ${title}`, (ctx) => {
    const steps = makeStepping(ctx);
    const heading = h("h3", { class: "bp-title bp-code" });
    const changed = h("p", { class: "bp-note", role: "status" });
    const columns = h("div", { class: `bp-columns${grids ? " bp-even" : ""}` });
    const press = (/** @type {Event} */ event) =>
      targetOf(event).closest(".bp-node")?.dispatchEvent(new MouseEvent("click"));
    const [next, back] = [() => steps.step(1), () => steps.step(-1)];
    return { look: steps.look, keys: {
      ArrowRight: next, ArrowDown: next, ArrowLeft: back, ArrowUp: back,
      Home: () => steps.go(0), End: () => steps.go(Infinity),
      Enter: press, Space: (event) => press(event) ?? steps.play(),
    }, pieces: [
      { node: heading, draw: ({ run }) => setText(heading, run.heading) },
      makeInputs(ctx, "Stepping works", "f", fixed ? h("span", { class: "bp-fixed bp-code" }, fixed) : null),
      { node: changed, draw: ({ notice }) => say(changed, notice) },
      makeTransport(steps),
      joinPieces(h("div", { class: "bp-story" }), [makeWords(), makeDetails()]),
      makeArrays(),
      makeGraph(steps),
      joinPieces(columns, [
        makeColumn(steps, "Forward: values ↓", "value", (run) => run.forward),
        makeColumn(steps, "Backward: adjoints ↓", "adjoint", (run) => run.backward),
      ]),
      makePaths(steps),
    ] };
  });
}

/** One clock a model, however many views show it. @type {NonNullable<Widget["initialize"]>} */
function initialize({ model }) {
  let clock = 0;
  const tick = () => {
    const { forward, backward } = model.get("run");
    const last = forward.length + backward.length;
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
