// One node: what it is, what it hands on and what has flowed in; and what a nudge of it does to the output.

/** @param {Stepping} steps @param {Ask} ask @returns {Piece<StepperView>} */
function makeStory(steps, ask) {
  const facts = h("dl", { class: "bp-details" });
  const title = h("strong", { class: "bp-code" });
  const close = makeButton("×", { "aria-label": WORDS.close, class: "bp-button bp-close",
    onclick: () => steps.open("") });
  const nudge = makeNudge(steps, ask);
  const node = h("div", { class: "bp-story", role: "dialog", "aria-label": WORDS.oneNode },
    h("div", { class: "bp-story-head" }, title, close), facts, nudge.node);
  return { node, draw: (view) => {
    const { run, p, story } = view;
    const [row, isOther] = [run.row[story], isNew(node, story)];
    node.hidden = !row;
    if (!row && isOther && node.contains(document.activeElement)) focusSteps(node);
    if (!row) return;
    const [value, adjoint] = [valueAt(row, p), adjointAt(run, row, p)];
    setText(title, row.formula);
    facts.replaceChildren(...tellNode(run, row, p, value, adjoint));
    nudge.draw?.(view);
    if (!isOther) return;
    standBeside(node, story);
    nudge.node.querySelector("input")?.focus({ preventScroll: true });
  } };
}

/** @param {Element} node */
const focusSteps = (node) =>
  /** @type {HTMLElement | null} */ (node.closest(".bp")?.querySelector(".bp-lines"))?.focus({ preventScroll: true });

/** Beside the node, inside the widget. @param {HTMLElement} node @param {string} id */
function standBeside(node, id) {
  const [root, g] = [node.closest(".bp"), node.closest(".bp")?.querySelector(`[data-id="${id}"]`)];
  if (!root || !g) return;
  const [outer, at] = [root.getBoundingClientRect(), g.getBoundingClientRect()];
  const right = at.right - outer.left + 10;
  const left = right + node.offsetWidth < outer.width ? right : at.left - outer.left - node.offsetWidth - 10;
  const top = at.bottom - outer.top - node.offsetHeight / 2;
  node.style.left = `${Math.max(8, Math.min(left, outer.width - node.offsetWidth - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(top, outer.height - node.offsetHeight - 8))}px`;
}

/** @param {Reading} run @param {ReadRow} row @param {number} p @param {string} value @param {string} adjoint */
function tellNode(run, row, p, value, adjoint) {
  /** @type {(name: string, ...items: Child[]) => HTMLElement[]} */
  const line = (name, ...items) => [h("dt", {}, name), h("dd", { class: "bp-code" }, ...items)];
  const partials = row.outflows.map(({ partial }) =>
    h("div", {}, value === DASH ? partial?.replace(/ = [^=]*$/, ` = ${DASH}`) : partial));
  const inflows = row.inflows.filter((step) => step.at <= p);
  const flows = inflows.map((step) => h("div", {}, step.source
    ? fillIn(WORDS.flow, { product: step.product, name: run.row[step.source].name, contribution: step.contribution })
    : WORDS.isOutput));
  if (inflows.length > 1) flows.push(h("div", { class: "bp-adjoint" }, fillIn(WORDS.sum, { bar: row.bar, adjoint })));
  return [
    ...line(WORDS.value, h("span", { class: "bp-value" }, value)),
    ...line(WORDS.adjoint, h("span", { class: "bp-adjoint" }, adjoint)),
    ...line(run.grids ? WORDS.handsOn : WORDS.partials,
      partials.length ? partials : row.label ? WORDS.isInput : WORDS.none),
    ...line(WORDS.flowedIn, flows.length ? flows : WORDS.nothingYet),
    ...(run.grids ? line(WORDS.keptHead, row.kept || WORDS.notNeeded) : []),
  ];
}

/** Move a value by a little: the adjoint foretells what the output does; a replay, or Python, says what it really does.
 * @param {Stepping} steps @param {Ask} ask @returns {Piece<StepperView>} */
function makeNudge({ model, move, look }, ask) {
  const oninput = () => move(parseInt(range.value, 10) * unit);
  const onchange = () => {
    const { run, story, nudge, moved } = look();
    if (!moved && (run.grids || run.row[story]?.label)) ask("nudge", { id: story, by: nudge });
  };
  const range = h("input", { type: "range", class: "bp-reach", min: -10, max: 10, step: 1, "aria-label": WORDS.nudge,
    oninput, onchange });
  const label = h("label", { class: "bp-code" });
  const undo = makeButton(WORDS.undo, { onclick: () => move(0) });
  const told = h("p", { class: "bp-nudged bp-code", "aria-live": "polite" });
  let unit = 0.1;
  const node = h("div", { class: "bp-nudge" }, label, range, undo, told);
  return { node, draw: ({ run, story, nudge, moved }) => {
    const [row, out] = [run.row[story], run.row[run.output]];
    node.hidden = row.slope == null;
    if (row.slope == null) return;
    unit = row.x == null ? 0.01 : 10 ** (Math.floor(Math.log10(Math.abs(row.x) || 1)) - 1);
    range.value = String(Math.round(nudge / unit));
    const [{ name, bar, shape }, by] = [row, write(nudge)];
    furnish(range, { "aria-label": fillIn(WORDS.nudgeOf, { name }), "aria-valuetext": by });
    setText(label, fillIn(shape ? WORDS.nudgeEach : WORDS.nudgeBy, { name, by }));
    retire(undo, !nudge);
    const [sum, python] = [shape ? "Σ " : "", model.get("nudged")];
    const known = python.id === story && python.by === nudge ? python.moves : null;
    const really = moved && out.x != null ? write(moved[run.output] - out.x) : known;
    const product = `${write(row.slope)} × ${by} = ${write(row.slope * nudge)}`;
    told.replaceChildren(
      h("span", { class: "bp-adjoint" }, fillIn(WORDS.nudgeTimes, { sum, bar, product })), h("br"),
      really == null || !nudge ? ""
        : h("span", { class: "bp-value" }, fillIn(WORDS.moves, { title: run.title, by: really })));
  } };
}
