// The graph: Python says where everything stands; here it is drawn, and the numbers are put into it.

const DASH = "–";
const [LINE, ABOVE] = [15.6, 7]; // graph units: between two lines of a box, and above the first
const [PILL, PER_CHARACTER] = [17.4, 7.2]; // height of what is behind a number, and its width for each character

/** Draw into `box`: nodes and edges by id, each with the texts that change.
 * @param {Element} box @param {Layout | null} layout @param {string} name @returns {Graph | null} */
function mountGraph(box, layout, name) {
  box.replaceChildren();
  if (!layout) return null;
  const [width, height] = layout.size;
  const svg = s("svg", { class: "bp-drawing", viewBox: `0 0 ${width} ${height}`, width, height,
    role: "group", "aria-label": name });
  const graph = /** @type {Graph} */ ({ width, height, svg, layout, least: 0.7 * width, nodes: {}, edges: {} });
  svg.style.minWidth = `${graph.least}px`; // below that the text is too small to read: then the box scrolls
  const line = (/** @type {string} */ kind, /** @type {number} */ x, /** @type {number} */ y) =>
    s("text", { class: `bp-${kind}`, x, y, "text-anchor": "middle" });
  for (const [id, [path, head, x, y]] of Object.entries(layout.edges)) {
    const [pill, text] = [s("rect", { class: "bp-pill", y: y - PILL / 2, height: PILL, rx: PILL / 2 }),
      line("partial", x, y + 4.2)];
    const g = s("g", { class: "bp-edge", "data-id": id },
      s("path", { class: "bp-arc", d: path }), s("polygon", { class: "bp-tip", points: head }), pill, text);
    graph.edges[id] = { g, texts: [text], pill, x };
    labelEdge(graph.edges[id], "");
  }
  for (const [id, [x, y, wide, high]] of Object.entries(layout.nodes)) {
    const lines = ["formula", "value", "adjoint", "kept"].slice(0, Math.round((high - 2 * ABOVE) / LINE));
    const texts = lines.map((kind, i) => line(kind, x + wide / 2, y + ABOVE + (i + 0.75) * LINE));
    const g = s("g", { class: "bp-node", "data-id": id },
      s("rect", { class: "bp-box", x, y, width: wide, height: high, rx: 12 }), texts);
    graph.nodes[id] = { g, texts, pill: null, x: x + wide / 2 };
    mark(g, { "bp-output": id === layout.output });
  }
  box.append(furnish(svg, {}, ...[graph.edges, graph.nodes].map((parts) => Object.values(parts).map(({ g }) => g))));
  return graph;
}

/** What a box says of a node, line by line, and in words.
 * @param {GraphPart} part @param {{ caption: string, value: string, bar: string, adjoint: string, kept?: string }} node
 * @param {string} formula @param {boolean} isWrong */
function fillNode({ g, texts }, { caption, value, bar, adjoint, kept = "" }, formula = caption, isWrong = false) {
  const lines = [caption, value, `${bar} = ${adjoint}${isWrong ? " ✗" : ""}`, kept];
  texts.forEach((text, i) => void setText(text, lines[i]));
  const node = fillIn(WORDS.node, { formula, value, adjoint });
  const said = (isWrong ? fillIn(WORDS.wrongNode, { node }) : node).replaceAll(DASH, WORDS.unknown);
  furnish(g, { role: "img", "aria-label": kept ? `${said}, ${kept}` : said });
}

/** The number on an edge, and the pill beneath it as long as the number; "" takes both away.
 * @param {GraphPart} part @param {string} number */
function labelEdge({ texts: [text], pill, x }, number) {
  if (!pill) return;
  setText(text, number);
  const width = columnsOf(number) * PER_CHARACTER + 10;
  furnish(pill, { width, x: x - width / 2 });
  pill.style.display = number ? "" : "none";
}

/** A card with a graph, as wide as that wants: two short ones stand side by side, long ones below each other. Where
 * there is no graph, the reason, and room for lines. @param {Layout | null} layout @param {string} name
 * @param {string} why @param {Attributes} attributes of the box that scrolls */
function makeGraphCard(layout, name, why, attributes = {}) {
  const [head, lines] = [h("h4", { class: "bp-card-head" }), h("pre", { class: "bp-code" })];
  const box = h("div", { class: "bp-picture", ...attributes });
  const node = h("div", { class: "bp-card", role: "group", "aria-label": name }, head, box);
  const graph = mountGraph(box, layout, name);
  if (graph) node.style.flexBasis = `${graph.least + 24}px`;
  else box.append(h("p", { class: "bp-note" }, why), lines);
  return { node, head, box, lines, graph };
}
