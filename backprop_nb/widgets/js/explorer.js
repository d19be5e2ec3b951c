// What all explorers do: pieces drawn from one view of the model, each with a node and a draw(view).

// Milliseconds that Python may take to answer before the learner is told: JupyterLab does not say when a kernel ends.
const PATIENCE = 3000;
const SOON = 150; // until a sign says that Python computes

/** The widget of an explorer: `build` makes its name, what its pieces are drawn from, what keys do, and the pieces. One
 * picture an event, however many traits it changed. @template View @param {string} kind
 * @param {(ctx: Context) => { name: string, look: () => View, keys: Actions, pieces: Piece<View>[] }} build */
function makeExplorer(kind, build) {
  /** @type {Widget["render"]} */
  const render = (page) => {
    const { model, el } = page;
    const root = h("div", { class: `bp bp-${kind}`, tabindex: "0", role: "group" });
    const save = makeTimer(() => model.save_changes());
    let due = false;
    /** @type {Context["set"]} */
    const set = (name, value) => {
      model.set(name, value);
      save(200); // Python hears of it a little later: it must not cost the step anything
    };
    const redraw = () => {
      if (!due) queueMicrotask(draw);
      due = true;
    };
    const { name, pieces, look, keys } = build({ model, root, isAlive: () => isAlive(page), set, redraw });
    furnish(root, { "aria-label": name });
    const whole = joinPieces(root, pieces);
    const draw = () => {
      due = false;
      whole.draw(look());
    };
    // The view is marked as disconnected by ipywidgets' own listener, which may come after this one.
    const later = () => void setTimeout(redraw);
    const listeners = new Map(model.get("state_names").map((trait) => [`change:${trait}`, redraw]));
    listeners.set("comm_live_update", later);
    for (const [event, listener] of listeners) model.on(event, listener);
    const free = guardKeys(root);
    answerKeys(root, keys);
    el.append(root);
    redraw();
    later(); // once the view is in the page, and knows whether it is connected
    return () => {
      free();
      save(null);
      for (const [event, listener] of listeners) model.off(event, listener);
    };
  };
  return { render };
}

/** Several pieces as one, in `node`. @template View @param {HTMLElement} node @param {Piece<View>[]} pieces */
function joinPieces(node, pieces) {
  node.append(...pieces.map((piece) => piece.node));
  return { node, draw: (/** @type {View} */ view) => pieces.forEach((piece) => void piece.draw?.(view)) };
}

/** A piece that is one text, and is gone without it. @template View @param {HTMLElement} node
 * @param {(view: View) => string} textOf @returns {Piece<View>} */
const makeText = (node, textOf) => ({ node, draw: (view) => say(node, textOf(view)) });

/** What there is to say of Python: that it is not there, soon that it computes, later that it has not answered; and
 * what went wrong. @param {Context} ctx @param {string} rest @param {string} silent */
function makeStatus({ isAlive, redraw }, rest, silent) {
  const resting = h("p", { class: "bp-note" });
  const waiting = h("p", { class: "bp-note", role: "status" });
  const failure = h("p", { class: "bp-error", role: "alert" });
  let phase = 0;
  const timer = makeTimer(() => {
    phase += 1;
    redraw();
    if (phase === 1) timer(PATIENCE - SOON);
  });
  const wait = (/** @type {number | null} */ ms) => {
    phase = 0;
    timer(ms);
  };
  return { nodes: [resting, waiting, failure], begin: () => wait(SOON), draw: (isDue = false, error = "") => {
    const alive = isAlive();
    if (!isDue || !alive) wait(null);
    say(resting, alive ? "" : rest);
    mark(waiting, { "bp-busy": phase === 1 });
    say(waiting, ["", WORDS.busy, silent][phase]);
    say(failure, error);
  } };
}
