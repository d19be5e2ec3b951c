// The stepper's graph: what is known, what is lit, and what is handed on, which travels along its edge.

const [POINTS, LONGEST] = [12, 600]; // of the way, and milliseconds

/** @param {Stepping} steps @returns {Piece<StepperView> & { map: Element, zoom: (by: number) => void }} */
function makeStage({ model, point, open, go, read }) {
  const box = h("div", { class: "bp-stage" });
  const nothing = h("p", { class: "bp-note" });
  let [graph, drawn] = [/** @type {Graph | null} */ (null), /** @type {Layout | null | undefined} */ (undefined)];
  let [before, stop] = [-1, () => {}];
  const view = makeView(box, () => graph);
  new ResizeObserver(() => void view.draw()).observe(box);
  let [nodes, edges] = [/** @type {[string, GraphPart][]} */ ([]), /** @type {[string, GraphPart][]} */ ([])];
  const build = (/** @type {Reading} */ run, /** @type {number} */ page) => {
    drawn = run.layouts[page] ?? null;
    graph = mountGraph(box, drawn, WORDS.graph);
    nodes = Object.entries(graph?.nodes ?? {}).filter(([id]) => run.row[id]);
    edges = Object.entries(graph?.edges ?? {}).filter(([id]) => run.edge[id]);
    if (!graph) box.append(nothing);
    setText(nothing, run.picture);
    for (const [id, [first, ...lines]] of Object.entries(drawn?.folded ?? {})) {
      const { g, texts } = /** @type {Graph} */ (graph).nodes[id];
      lines.forEach((line, i) => void setText(texts[i], line));
      mark(g, { "bp-dim": true });
      furnish(g, { role: "img", "aria-label": lines.join(", "), onclick: () => go(read().row[first].valueAt) });
    }
    for (const [id, { g }] of nodes) furnish(g, { tabindex: "-1",
      onclick: () => open(id), onmouseenter: () => point(id), onmouseleave: () => point("") });
    for (const [id, { g }] of edges) {
      g.addEventListener("click", () => go(read().edge[id].at));
      if (!run.grids) continue;
      // Say in words what an edge stands for, to the pointer and to a screen reader.
      const { words } = run.edge[id];
      g.prepend(s("title", {}, words));
      furnish(g, { role: "img", "aria-label": words });
    }
  };
  const drawNodes = (/** @type {StepperView} */ { run, p, lit, path, moved, story }) => {
    for (const [id, part] of nodes) {
      const row = run.row[id];
      const [value, adjoint] = [moved ? write(moved[id]) : valueAt(row, p), adjointAt(run, row, p)];
      const marks = { "bp-now": id === lit.target, "bp-from": id === lit.source, "bp-told": id === story,
        "bp-on-path": Boolean(path?.nodes.includes(id)), "bp-waiting": value === DASH && !path,
        "bp-moved": Boolean(moved && moved[id] !== row.x) };
      if (!isNew(part, row.caption, value, adjoint, ...Object.values(marks))) continue;
      fillNode(part, { ...row, value, adjoint }, row.formula);
      mark(part.g, marks);
    }
  };
  const drawEdges = (/** @type {StepperView} */ { run, p, lit, path }) => {
    for (const [id, part] of edges) {
      const step = run.edge[id];
      const onPath = Boolean(path?.edges.includes(id));
      const swept = p >= step.at && !path;
      const label = onPath || swept ? step.local ?? "" : "";
      if (!isNew(part.g, label, id === lit.edge, onPath, swept)) continue;
      labelEdge(part, label);
      mark(part.g, { "bp-now": id === lit.edge, "bp-on-path": onPath, "bp-swept": swept });
    }
  };
  return { node: box, map: view.map, zoom: (by) => view.zoomBy(by), draw: (state) => {
    const { run, p, lit, path } = state;
    const page = pageOf(run, lit, path);
    if (drawn !== (run.layouts[page] ?? null)) build(run, page);
    drawNodes(state);
    drawEdges(state);
    view.draw();
    const seen = path?.nodes[path.nodes.length - 1] ?? lit.target;
    if (p === before) return;
    stop();
    for (const id of [lit.source, seen]) { // if both ends do not fit, the target counts
      const g = graph?.nodes[id ?? ""]?.g;
      if (g) reveal(box, g);
    }
    const ms = Math.min(LONGEST, 600 / model.get("speed"));
    const { edge, target, contribution } = lit;
    const forth = p === before + 1;
    if (graph && edge && contribution && forth) stop = sendAlong(graph, edge, target ?? "", contribution, ms);
    if (box.clientWidth) before = p; // not before it is in the page
  } };
}

/** Let `text` travel from the result to the operand, against the arrow, and on to the sum there, which is seen once it
 * has arrived. @param {Graph} graph @param {string} edge @param {string} target @param {string} text @param {number} ms
 * @returns {() => void} what ends it at once */
function sendAlong(graph, edge, target, text, ms) {
  const [arc, sum] = [graph.edges[edge]?.g.querySelector("path"), graph.nodes[target]?.texts[2]];
  if (!arc || !sum || matchMedia("(prefers-reduced-motion: reduce)").matches) return () => {};
  const length = arc.getTotalLength();
  const way = [...Array(POINTS).keys()].map((i) => arc.getPointAtLength(length * (1 - i / (POINTS - 1))));
  const end = { x: Number(sum.getAttribute("x")), y: Number(sum.getAttribute("y")) - 4 };
  const frames = [...way, end].map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }));
  const width = columnsOf(text) * PER_CHARACTER + 14;
  const g = s("g", { class: "bp-traveller", "aria-hidden": "true" },
    s("rect", { class: "bp-load", x: -width / 2, y: -PILL / 2, width, height: PILL, rx: PILL / 2 }),
    s("text", { y: 4.2, "text-anchor": "middle" }, text));
  graph.svg.append(g);
  const moves = [
    g.animate(frames, { duration: ms, easing: "ease-in-out" }),
    sum.animate([{ opacity: 0 }, { opacity: 0, offset: 0.9 }, { opacity: 1 }], ms * 1.1),
  ];
  moves[0].onfinish = () => g.remove();
  return () => {
    g.remove();
    for (const move of moves) move.cancel();
  };
}
