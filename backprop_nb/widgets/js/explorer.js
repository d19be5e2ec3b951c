// What all explorers do: pieces drawn from one view of the model, each with a node and a draw(view).

/** Show an explorer: `build` makes what its pieces are drawn from, what keys do, and the pieces. One picture an event,
 * however many traits it changed. @template View @param {Page} page @param {string} kind @param {string} name
 * @param {(ctx: Context) => { look: () => View, keys: Actions, pieces: Piece<View>[] }} build */
function showExplorer(page, kind, name, build) {
  const { model, el } = page;
  const root = h("div", { class: `bp bp-${kind}`, tabindex: "0", role: "group", "aria-label": name });
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
  const { pieces, look, keys } = build({ model, root, isAlive: () => isAlive(page), set, redraw });
  const whole = joinPieces(root, pieces);
  const draw = () => {
    due = false;
    whole.draw(look());
  };
  // The view is marked as disconnected by ipywidgets' own listener, which may come after this one.
  const later = () => void setTimeout(redraw);
  const listeners = new Map(model.get("state_names").map((name) => [`change:${name}`, redraw]));
  listeners.set("comm_live_update", later);
  for (const [name, listener] of listeners) model.on(name, listener);
  const free = guardKeys(root);
  answerKeys(root, keys);
  el.append(root);
  redraw();
  later(); // once the view is in the page, and knows whether it is connected
  return () => {
    free();
    save(null);
    for (const [name, listener] of listeners) model.off(name, listener);
  };
}

/** Several pieces as one, in `node`. @template View @param {HTMLElement} node @param {Piece<View>[]} pieces */
function joinPieces(node, pieces) {
  node.append(...pieces.map((piece) => piece.node));
  return { node, draw: (/** @type {View} */ view) => pieces.forEach((piece) => void piece.draw?.(view)) };
}
