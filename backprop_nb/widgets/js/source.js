// The learner's own function, the line that the step belongs to lit.

/** @param {Stepping} steps @returns {Piece<StepperView>} */
function makeSource({ model, go }) {
  const list = h("ol", { class: "bp-list bp-code" });
  const node = h("div", { class: "bp-source", role: "group", "aria-label": WORDS.source }, list);
  node.addEventListener("wheel", (event) => node.scrollBy(0, event.deltaY), { passive: true });
  return { node, draw: ({ run, p, path }) => {
    node.hidden = !run.source.length || model.get("downhill"); // the walk takes its place
    if (node.hidden) return;
    if (isNew(list, run.told)) {
      const first = (/** @type {number} */ i) => run.forward.find(({ target }) => run.row[target].line === i + 1);
      list.replaceChildren(...run.source.map((text, i) =>
        h("li", { class: "bp-source-line", onclick: () => go(first(i)?.at ?? p) }, text || " ")));
    }
    const step = path || p === 0 ? null : p <= run.ahead ? run.forward[p - 1] : run.backward[p - 1 - run.ahead];
    const item = list.children[((step && run.row[step.source ?? step.target].line) ?? 0) - 1];
    if (!isNew(node, item)) return;
    for (const one of list.children) mark(one, { "bp-now": one === item });
    if (item) reveal(node, item, 24);
  } };
}
