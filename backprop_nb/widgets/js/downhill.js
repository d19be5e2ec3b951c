// Walking downhill: x ← x − η x̄ by a button, and where the walk has been, on a map where there are two inputs.

/** @param {Stepping} steps @param {Ask} ask @param {() => boolean} isAlive
 * @returns {Piece<StepperView> & { toggle: HTMLElement }} */
function makeDownhill({ model, set }, ask, isAlive) {
  const toggle = makeButton(WORDS.downhill, { onclick: () => {
    set("downhill", !model.get("downhill"));
    model.save_changes();
  } });
  const eta = h("input", { type: "text", class: "bp-number", "aria-label": WORDS.eta,
    inputmode: "decimal", value: model.get("eta") });
  const walk = makeButton("x ← x − η·x̄", { onclick: () => isAlive() && ask("downhill", { eta: eta.value }) });
  const undo = makeButton(WORDS.undo, { onclick: () => isAlive() && ask("undo") });
  const words = h("p", { class: "bp-sentence", "aria-live": "polite" });
  const map = s("svg", { class: "bp-valley", viewBox: "-2 -2 104 104", role: "img" });
  const caption = h("figcaption", { class: "bp-note bp-code" });
  const figure = h("figure", {}, map, caption);
  const node = h("div", { class: "bp-downhill", role: "group", "aria-label": WORDS.downhill },
    h("div", { class: "bp-buttons" }, h("label", { class: "bp-code" }, "η = ", eta), walk, undo), words, figure);
  return { node, toggle, draw: ({ run }) => {
    const [trail, valley, open] = [model.get("trail"), model.get("valley"), model.get("downhill")];
    toggle.hidden = !model.get("controls").some(({ kind }) => kind === "number");
    furnish(toggle, { "aria-pressed": String(open) });
    node.hidden = !open;
    if (!open) return;
    retire(walk, !isAlive());
    retire(undo, !isAlive() || trail.length < 2);
    const steps = trail.length < 2 ? WORDS.noStep
      : fillIn(WORDS.moved, { n: trail.length - 1, moved: model.get("moved") });
    setText(words, isAlive() ? steps : `${steps} ${WORDS.stepNeedsKernel}`);
    figure.hidden = !valley.lines.length;
    if (figure.hidden) return;
    if (isNew(map, valley)) map.replaceChildren(...valley.lines.map((d) => s("path", { class: "bp-contour", d })));
    const [across, up] = valley.names;
    const at = [...trail.slice(0, -1), model.get("inputs")].map((inputs) => place(valley, inputs));
    for (const el of map.querySelectorAll(".bp-trail, .bp-dot")) el.remove();
    const counts = { lines: valley.lines.length, places: trail.length };
    furnish(map, { "aria-label": fillIn(WORDS.valley, { title: run.title, across, up, ...counts }) },
      s("polyline", { class: "bp-trail", points: at.map((point) => point.join()).join(" ") }),
      at.map(([cx, cy], i) => s("circle", { class: `bp-dot${i < at.length - 1 ? " bp-been" : ""}`, cx, cy, r: 2 })));
    setText(caption, `→ ${across}: ${valley.ends[0].join(" … ")}   ↑ ${up}: ${valley.ends[1].join(" … ")}`);
  } };
}

/** Where a point lies on the map, from 0 to 100. @param {Valley} valley @param {Inputs} inputs */
const place = ({ names, ends }, inputs) => names.map((name, i) => {
  const share = (100 * (inputs[name] - ends[i][0])) / (ends[i][1] - ends[i][0]);
  return Math.round(10 * (i ? 100 - share : share)) / 10;
});
