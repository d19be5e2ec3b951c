// The branches: Python has run f at every place of the slider; here the places only change what is shown.

const MOST_TOGETHER = 4;

/** One card a graph. Beyond four, only the live one is shown.
 * @param {Drawing} drawing @param {number} index @param {Scene} scene @returns {Piece<BranchesView>} */
function makeCard(drawing, index, scene) {
  const [n, { slid }, { size, where }] = [index + 1, scene, drawing];
  const why = drawing.picture || WORDS.graphLines;
  const { node, head, lines, graph } = makeGraphCard(drawing.layout, fillIn(WORDS.graphName, { n }), why);
  return { node, draw: ({ place }) => {
    const live = place.graph === index;
    mark(node, { "bp-dim": !live });
    node.hidden = !live && scene.graphs.length > MOST_TOGETHER;
    setText(head, live ? fillIn(WORDS.taken, { n, size }) : fillIn(WORDS.takenAt, { n, size, slid, where }));
    setText(lines, ((live && place.lines) || drawing.lines).join("\n"));
    if (!graph) return;
    const shown = live ? place : null; // dashes where this graph is not taken
    drawing.nodes.forEach((id, i) => {
      fillNode(graph.nodes[id], { caption: shown?.lines?.[i] ?? drawing.captions[i], bar: drawing.bars[i],
        value: shown?.values?.[i] ?? DASH, adjoint: shown?.adjoints?.[i] ?? DASH });
    });
    drawing.edges.forEach((id, i) => void labelEdge(graph.edges[id], shown?.partials?.[i] ?? ""));
  } };
}

/** The gradient as numbers and bars. @param {string} title @returns {Piece<BranchesView>} */
function makeGradient(title) {
  const body = h("tbody");
  const node = h("table", { class: "bp-gradient bp-code" }, h("caption", {}, WORDS.gradient), body);
  return { node, draw: ({ place }) => body.replaceChildren(...(place.gradient ?? []).map(([label, text, left, width]) =>
    h("tr", {}, h("th", { scope: "row" }, `∂${title}/∂${label}`), h("td", { class: "bp-adjoint" }, text),
      h("td", { class: "bp-bars" }, h("div", { class: "bp-bar", style: `left: ${left}%; width: ${width}%` }))))) };
}

const widget = makeSlideExplorer("branches", (scene) => {
  const about = h("p", { class: "bp-note" });
  say(about, scene.about);
  return { name: fillIn(WORDS.branches, scene), pieces: [
    joinPieces(h("div", { class: "bp-results" }), [makeGradient(scene.title), makePlot(scene.plot)]),
    { node: about },
    joinPieces(h("div", { class: "bp-cards" }), scene.graphs.map((drawing, i) => makeCard(drawing, i, scene))),
  ] };
});
