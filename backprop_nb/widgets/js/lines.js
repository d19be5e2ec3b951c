// Figure 1 of the notes, line by line, both halves in one region that scrolls.

/** @param {Stepping} steps @returns {Piece<StepperView>} */
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
