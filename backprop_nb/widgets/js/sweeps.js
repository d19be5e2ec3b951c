// Two sweeps side by side: both are told step by step; the position says how many steps each has taken.

/** One sweep: its line, its graph. On the wrong side, from the wrong step on, what is wrong is red and has a ✗.
 * @param {Sweeps} scene @param {boolean} right @returns {Piece<SweepsView>} */
function makeSide(scene, right) {
  const name = right ? WORDS.rightSweep : WORDS.wrongSweep;
  const stop = { tabindex: "0", role: "group", "aria-label": fillIn(WORDS.byStep, { name }) };
  const { node, head, box, lines, graph } = makeGraphCard(scene.layout, name, scene.picture, stop);
  const line = h("p", { class: "bp-code bp-sweep-line" });
  head.after(line);
  return { node, draw: ({ fault, told, position: p }) => {
    const steps = right ? scene.right : told.steps;
    const now = /** @type {SweepStep | undefined} */ (steps[p - 1]); // the last one taken, if it is still under way
    const done = p >= steps.length;
    const broken = !right && told.at >= 0 && p > told.at;
    const wrong = new Set(broken ? (done ? told.wrong : [steps[told.at].target]) : []);
    setText(head, right ? name : `${name}: ${fault.replaceAll("_", " ")}`);
    const rest = steps.length ? (p ? WORDS.ended : WORDS.begins) : WORDS.notRun;
    setText(line, `${broken && p === told.at + 1 ? "✗ " : ""}${now ? now.line : rest}`);
    mark(line, { "bp-wrong": broken && p === told.at + 1 });
    setText(lines, steps.slice(0, p).map((step) => step.line).join("\n"));
    if (!graph) return;
    for (const { id, bar, line: caption, value } of scene.rows) {
      const adjoint = steps.slice(0, p).findLast((step) => step.target === id)?.after ?? DASH;
      fillNode(graph.nodes[id], { caption, value, bar, adjoint }, caption, wrong.has(id));
      mark(graph.nodes[id].g, { "bp-now": now?.target === id, "bp-wrong": wrong.has(id) });
    }
    for (const [id, partial] of Object.entries(scene.partials)) {
      const bad = broken && id === told.edge;
      labelEdge(graph.edges[id], bad ? `${partial} ✗` : partial);
      mark(graph.edges[id].g, { "bp-now": now?.edge === id && !bad, "bp-wrong": bad });
    }
    if (now) reveal(box, graph.nodes[now.target].g);
  } };
}

/** What is done, and, once it has happened, what went wrong. @returns {Piece<SweepsView>} */
const makeStory = () => joinPieces(h("div", { class: "bp-telling", "aria-live": "polite" }), [
  makeText(h("p", { class: "bp-sentence" }), ({ told }) => told.instead),
  makeText(h("p", { class: "bp-error bp-story-told" }), ({ told, position: p, last }) =>
    p > told.at && (told.at >= 0 || p === last) ? told.story : ""),
]);

const widget = makeExplorer("sweeps", ({ model, set }) => {
  const scene = model.get("scene");
  /** @returns {SweepsView} */
  const look = () => {
    const fault = model.get("fault");
    const told = scene.faults[fault];
    const last = Math.max(scene.right.length, told.steps.length);
    const position = within(model.get("position"), last + 1);
    return { fault, told, last, position, at: fillIn(WORDS.place, { at: position, last }) };
  };
  const go = (/** @type {number} */ p) => set("position", within(p, look().last + 1));
  const names = Object.fromEntries(Object.keys(scene.faults).map((name) => [name, name.replaceAll("_", " ")]));
  const faults = makeSwitch("bp-jacobian-switch", WORDS.mistake, names, (name) => {
    set("fault", name);
    go(scene.faults[name].start);
  });
  return { name: fillIn(WORDS.sweeps, scene), look, keys: slideKeys(() => look().position, go), pieces: [
    { node: h("h3", { class: "bp-title bp-code" }, scene.title) },
    { node: faults.node, draw: ({ fault }) => faults.draw(fault) },
    makeSlide({ slid: WORDS.stepName }, go, [WORDS.stepBack, WORDS.stepNext]),
    makeStory(),
    joinPieces(h("div", { class: "bp-cards" }), [makeSide(scene, true), makeSide(scene, false)]),
  ] };
});
