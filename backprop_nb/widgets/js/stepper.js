// The stepper: what is on the screen is a function of the run (Python's rows and steps) and of the position in it.

/** @typedef {ReturnType<typeof makeStepping>} Stepping */
/** @typedef {ReturnType<Stepping["look"]>} StepperView */

/** What the pieces may ask and do. Only what the model holds is shared between views; the rest belongs to this one.
 * @param {Context} ctx */
function makeStepping({ model, set, redraw }) {
  const tell = () => readRun(model.get("run"), model.get("notation") === "notes");
  let run = tell();
  // Of this view alone: nodes pointed at and told of, how far that one is nudged, what a new graph is met with.
  const own = { looked: "", story: "", nudge: 0, notice: "" };
  const change = (/** @type {Partial<typeof own>} */ what) => {
    Object.assign(own, what);
    redraw();
  };
  const read = () => {
    const { shape } = run;
    if (run.told !== model.get("run") || run.asNotes !== (model.get("notation") === "notes")) run = tell();
    if (!run.row[own.looked]) own.looked = "";
    if (!run.row[own.story]) own.story = "";
    if (shape !== run.shape) own.notice = fillIn(WORDS.elsewhere, run);
    return run;
  };
  const position = () => within(model.get("position"), read().last + 1);
  const pause = () => model.get("playing") && model.set("playing", false);
  const go = (/** @type {number} */ p) => {
    pause();
    own.notice = "";
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
  const point = (/** @type {string} */ id) => change({ looked: id });
  /** Tell a node's story; "" puts it away. */
  const open = (/** @type {string} */ id) => change({ story: id, nudge: 0 });
  const move = (/** @type {number} */ by) => change({ nudge: by });
  /** @type {(name: string, number: number) => void} */
  const walk = (name, number) => {
    pause();
    set("path", clampPath(read(), name, number));
    set("chosen", name);
  };
  /** The text that Python's state() gives: onto the clipboard, and into the page, from where it can be taken, too. */
  const copy = () => {
    const [chosen, path] = [model.get("chosen"), model.get("path")];
    const state = JSON.stringify({ inputs: model.get("inputs"), step: position(), ...(chosen && { chosen, path }) });
    navigator.clipboard?.writeText(state).catch(() => {});
    change({ notice: state });
  };
  const look = () => {
    const [p, chosen] = [position(), model.get("chosen")];
    const [present, number] = [presentAt(run, p), clampPath(run, chosen, model.get("path"))];
    const path = pathOf(run, chosen, number);
    const moved = own.story && own.nudge ? replay(run, own.story, own.nudge) : null;
    return { ...own, run, p, lit: path ?? present, path, chosen, number, moved };
  };
  return { model, read, position, set, go, step, play, point, open, move, walk, copy, look };
}

/** What happens now: one sentence. @returns {Piece<StepperView>} */
function makeWords() {
  const formula = h("span", { class: "bp-formula bp-code" });
  const words = h("span", { class: "bp-sentence" });
  const done = h("strong", { class: "bp-done" });
  const node = h("p", { class: "bp-words", "aria-live": "polite" }, formula, " ", words, " ", done);
  let room = 0;
  return { node, draw: ({ run, p, lit, path }) => {
    if (isNew(formula, lit.math, lit.formula)) {
      // MathML, or plain text: both are Python's own words, with every name escaped.
      const math = lit.math && new DOMParser().parseFromString(lit.math, "text/html").querySelector("math");
      formula.replaceChildren(math || lit.formula);
    }
    setText(words, lit.words);
    setText(done, p === run.last && !path ? run.done : "");
    mark(node, { "bp-walking": Boolean(path) });
    if (node.offsetHeight > room) { // what is below stands still: the room grows, and never shrinks
      room = node.offsetHeight;
      node.style.minHeight = `${room}px`;
    }
  } };
}

const stepping = makeExplorer("stepper", (ctx) => {
  const { title, fixed, layouts: [layout] } = ctx.model.get("run");
  const steps = makeStepping(ctx);
  ctx.root.tabIndex = -1; // the lines are its stop for the Tab key
  const [next, back] = [() => steps.step(1), () => steps.step(-1)];
  const others = fixed ? h("span", { class: "bp-fixed bp-code" }, fixed) : null;
  const inputs = makeInputs(ctx, WORDS.steppingWorks, others);
  const tall = layout && layout.size[1] > 0.6 * layout.size[0];
  const stage = makeStage(steps);
  const source = makeSource(steps);
  const [paths, downhill] = [makePaths(steps), makeDownhill(steps, inputs.ask, ctx.isAlive)];
  const tell = (/** @type {Event} */ event) =>
    steps.open(targetOf(event).closest(".bp-node")?.getAttribute("data-id") ?? steps.look().lit.target ?? "");
  return { name: fillIn(WORDS.stepper, { title }), look: steps.look, keys: {
    ArrowRight: next, ArrowDown: next, ArrowLeft: back, ArrowUp: back,
    Home: () => steps.go(0), End: () => steps.go(Infinity), Space: steps.play,
    Enter: tell, Escape: () => steps.open(""),
    "+": () => stage.zoom(1.25), "-": () => stage.zoom(0.8), 0: () => stage.zoom(0),
  }, pieces: [
    joinPieces(h("div", { class: "bp-head" }), [
      makeText(h("h3", { class: "bp-title bp-code" }), ({ run }) => fixed ? run.title : run.heading), inputs,
    ]),
    makeTransport(steps, stage.zoom),
    makeBar(steps, inputs.status, stage.map, downhill.toggle, paths.choose),
    joinPieces(h("div", { class: `bp-body${tall ? " bp-tall" : ""}` }), [
      joinPieces(h("div", { class: "bp-scene" }), [stage, makeWords(), ...(tall ? [source] : [])]),
      joinPieces(h("div", { class: "bp-below" }),
        [makeArrays(), makeLines(steps), paths, ...(tall ? [] : [source]), downhill]),
    ]),
    makeStory(steps, inputs.ask),
    makeRoving(ctx.root),
  ] };
});

/** One clock a model, however many views show it. @type {NonNullable<Widget["initialize"]>} */
function initialize({ model }) {
  const follow = () => tick(model.get("playing") ? 1000 / model.get("speed") : null);
  const tick = makeTimer(() => {
    const { forward, backward } = model.get("run");
    const last = forward.length + backward.length;
    if (model.get("position") < last) model.set("position", model.get("position") + 1);
    if (model.get("position") >= last) model.set("playing", false);
    model.save_changes();
    follow();
  });
  model.on("change:playing", follow);
  model.on("change:speed", follow);
  follow();
  return () => tick(null);
}

const widget = { ...stepping, initialize };
