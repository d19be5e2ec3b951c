// Figure 1 of the notes, line by line; and the learner's own function.

/** Both halves of the figure in one region that scrolls. @param {Stepping} steps @returns {Piece<StepperView>} */
function makeLines(steps) {
  const node = h("div", { class: "bp-lines", tabindex: "0", role: "group", "aria-label": WORDS.lines });
  const whole = joinPieces(node, [
    makeColumn(steps, node, WORDS.forwardLines, "value", (run) => run.forward),
    makeColumn(steps, node, WORDS.backwardLines, "adjoint", (run) => run.backward),
  ]);
  return { node, draw: (view) => {
    node.hidden = Boolean(view.path);
    whole.draw(view);
  } };
}

/** @param {Stepping} steps @param {Element} box @param {string} title @param {string} kind
 * @param {(run: Reading) => Reading["forward"]} partOf @returns {Piece<StepperView>} */
function makeColumn({ go, point }, box, title, kind, partOf) {
  const list = h("ol", { class: "bp-list bp-code" });
  let revealed = -1;
  const build = (/** @type {Reading} */ run) => {
    list.replaceChildren(...partOf(run).map(({ target, at }) => h("li",
      { onclick: () => go(at), onmouseenter: () => point(target), onmouseleave: () => point("") },
      h("span", { class: "bp-line" }), h("span", { class: `bp-numbers bp-${kind}` }))));
    const chars = Math.min(26, Math.max(...partOf(run).map((step) => columnsOf(step.line))));
    list.style.setProperty("--bp-chars", String(chars));
  };
  const node = h("section", { class: "bp-column" }, h("h4", { class: `bp-${kind}` }, title), list);
  return { node, draw: ({ run, p, path, looked }) => {
    if (isNew(list, run)) build(run);
    partOf(run).forEach((step, i) => {
      const li = /** @type {HTMLElement} */ (list.children[i]);
      const [now, numbers] = [step.at === p && !path, p >= step.at ? step.numbers : DASH];
      const about = step.target === looked;
      if (!isNew(li, now, about, numbers)) return;
      setText(li.children[0], step.line);
      setText(li.children[1], numbers);
      mark(li, { "bp-now": now, "bp-waiting": p < step.at, "bp-about": about });
      furnish(li, { "aria-current": now ? "step" : "false" });
    });
    const now = partOf(run).findIndex((step) => step.at === p);
    if (p !== revealed && now >= 0) reveal(box, list.children[now], 24);
    if (p !== revealed && p === 0) box.scrollTop = 0; // what comes first
    if (box.clientHeight) revealed = p; // not before it is in the page
  } };
}

/** The function, the line that the step belongs to lit. @param {Stepping} steps @returns {Piece<StepperView>} */
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
    const step = path || p === 0 ? null : run.steps[p - 1];
    const item = list.children[((step && run.row[step.source ?? step.target].line) ?? 0) - 1];
    if (!isNew(node, item)) return;
    for (const one of list.children) mark(one, { "bp-now": one === item });
    if (item) reveal(node, item, 24);
  } };
}
