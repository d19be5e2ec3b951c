// The stepper's graph: what is known, what is lit, and what is handed on.

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
    for (const [id, { g }] of nodes) furnish(g, { tabindex: "-1", role: "img",
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
    for (const [id, { g, texts }] of nodes) {
      const row = run.row[id];
      const [value, adjoint] = [moved ? write(moved[id]) : valueAt(row, p), adjointAt(run, row, p)];
      const marks = { "bp-now": id === lit.target, "bp-from": id === lit.source, "bp-told": id === story,
        "bp-on-path": Boolean(path?.nodes.includes(id)), "bp-waiting": value === DASH && !path,
        "bp-moved": Boolean(moved && moved[id] !== row.x) };
      if (!isNew(g, row.caption, value, adjoint, ...Object.values(marks))) continue;
      setText(texts[0], row.caption);
      setText(texts[1], value);
      setText(texts[2], `${row.bar} = ${adjoint}`);
      setText(texts[3], row.kept ?? "");
      const kept = row.kept ? `, ${row.kept}` : "";
      const said = fillIn(WORDS.node, { formula: row.formula, value, adjoint }) + kept;
      furnish(g, { "aria-label": said.replaceAll(DASH, WORDS.unknown) });
      mark(g, marks);
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
