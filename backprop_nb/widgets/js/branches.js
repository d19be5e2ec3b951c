// The branches: Python has run f at every place of the slider; here the places only change what is shown.

/** @typedef {{ place: Place, position: number }} BranchesView */

const SIDE_BY_SIDE = 4;
const [WIDE, HIGH, EDGE, LEFT] = [360, 150, 16, 56]; // of the plot

/** One card a graph. Beyond four, only the live one is shown.
 * @param {Drawing} drawing @param {number} index @param {Scene} scene @returns {Piece<BranchesView>} */
function makeCard(drawing, index, scene) {
  const head = h("h4", { class: "bp-card-head" });
  const box = h("div", { class: "bp-picture" });
  const node = h("div", { class: "bp-card", role: "group", "aria-label": `Graph ${index + 1}` }, head, box);
  const graph = mountGraph(box, drawing.layout, `Graph ${index + 1}`);
  // A card is as wide as its graph wants: two short graphs stand side by side, long ones below each other.
  if (graph) node.style.flexBasis = `${graph.least + 24}px`;
  const lines = h("pre", { class: "bp-code" });
  if (!graph) box.append(h("p", { class: "bp-note" }, drawing.picture || "The lines of this graph:"), lines);
  return { node, draw: ({ place }) => {
    const live = place.graph === index;
    mark(node, { "bp-dim": !live });
    node.hidden = !live && scene.graphs.length > SIDE_BY_SIDE;
    setText(head, `Graph ${index + 1}, ${drawing.size}: ${live ? "taken now" : `at ${scene.slid} = ${drawing.where}`}`);
    setText(lines, ((live && place.lines) || drawing.lines).join("\n"));
    if (!graph) return;
    const shown = live ? place : null; // dashes where this graph is not taken
    drawing.nodes.forEach((id, i) => {
      const { g, texts } = graph.nodes[id];
      const [value, adjoint] = [shown?.values?.[i] ?? DASH, shown?.adjoints?.[i] ?? DASH];
      setText(texts[0], shown?.lines?.[i] ?? drawing.captions[i]);
      setText(texts[1], value);
      setText(texts[2], `${drawing.bars[i]} = ${adjoint}`);
      furnish(g, { "aria-label": `${drawing.captions[i]}, value ${value}, adjoint ${adjoint}` });
    });
    drawing.edges.forEach((id, i) => void labelEdge(graph.edges[id], shown?.partials?.[i] ?? ""));
  } };
}

/** @param {number[]} numbers @param {number} part */
const quantile = (numbers, part) => [...numbers].sort((a, b) => a - b)[Math.floor(part * (numbers.length - 1))];

/** The gradient as numbers and bars; all bars share one scale over the whole slider, so that they can be compared.
 * @param {Scene} scene @returns {Piece<BranchesView>} */
function makeGradient({ title, places }) {
  const body = h("tbody");
  const slopes = places.flatMap((place) => place.gradient ?? []).map(([, , slope]) => Math.abs(slope ?? 0));
  const most = quantile(slopes, 0.95) || quantile(slopes, 1) || 1; // one pole must not flatten the rest
  const node = h("table", { class: "bp-gradient bp-code" }, h("caption", {}, "Gradient"), body);
  return { node, draw: ({ place }) => body.replaceChildren(...(place.gradient ?? []).map(([label, text, slope]) => {
    const part = Math.min(1, Math.abs(slope ?? 0) / most) * 50;
    const style = `left: ${(slope ?? 0) < 0 ? 50 - part : 50}%; width: ${part}%`;
    return h("tr", {}, h("th", { scope: "row" }, `∂${title}/∂${label}`), h("td", { class: "bp-adjoint" }, text),
      h("td", { class: "bp-bars" }, h("div", { class: "bp-bar", style })));
  })) };
}

/** f against the sliding input: a line for each stretch with one graph, and the tangent that the sweep found.
 * @param {Scene} scene @returns {Piece<BranchesView>} */
function makePlot({ places, title, slid }) {
  const known = places.filter((place) => place.y != null);
  const ys = known.map((place) => place.y ?? 0);
  const [low, high] = [quantile(ys, 0.02), quantile(ys, 0.98)]; // a pole may leave the picture
  const [start, end] = [places[0], places[places.length - 1]];
  const pad = (high - low || 1) * 0.1;
  const right = (/** @type {number} */ x) => LEFT + ((x - start.x) / (end.x - start.x || 1)) * (WIDE - LEFT - EDGE);
  const span = high - low + 2 * pad || 1;
  const up = (/** @type {number} */ y) => HIGH - EDGE - ((y - low + pad) / span) * (HIGH - 2 * EDGE);
  const stretches = /** @type {string[][]} */ ([]);
  places.forEach((place, i) => {
    if (place.y == null) return;
    const before = places[i - 1];
    if (before?.y == null || before.graph !== place.graph) stretches.push([]);
    stretches[stretches.length - 1].push(`${right(place.x).toFixed(1)},${up(place.y).toFixed(1)}`);
  });
  const curves = stretches.map((points) => {
    const [cx, cy] = points[0].split(",");
    return points.length > 1 ? s("polyline", { points: points.join(" "), class: "bp-curve" })
      : s("circle", { cx, cy, r: 3, class: "bp-alone" });
  });
  const tangent = s("line", { class: "bp-tangent" });
  const dot = s("circle", { r: 5, class: "bp-dot" });
  const here = s("line", { y1: 0, y2: HIGH, class: "bp-here" });
  /** @type {(x: number, y: number, anchor: string, text?: string) => Element} */
  const tick = (x, y, anchor, text) => s("text", { x, y, "text-anchor": anchor, class: "bp-tick" }, text);
  const textAt = (/** @type {number} */ y) => known.find((place) => place.y === y)?.value;
  const ticks = [
    tick(4, up(high) + 3, "start", textAt(high)),
    tick(4, up(low) + 3, "start", low === high ? "" : textAt(low)),
    tick(right(start.x), HIGH - 3, "start", start.at),
    tick(right(end.x), HIGH - 3, "end", end.at),
  ];
  const viewBox = `0 0 ${WIDE} ${HIGH}`;
  const svg = s("svg", { class: "bp-plot", viewBox, role: "img" }, here, ticks, curves, tangent, dot);
  const slopes = places.some((place) => place.slope != null) ? ", with the slope that the sweep found" : "";
  const caption = h("figcaption", { class: "bp-note" }, `${title} against ${slid}${slopes}`);
  return { node: h("figure", { class: "bp-figure" }, caption, svg), draw: ({ place }) => {
    const { x, y, slope, value, at, error } = place;
    const words = error ? "no value here" : `${title} is ${value} at ${slid} = ${at}`;
    furnish(svg, { "aria-label": `${title} against ${slid}: ${words}` });
    dot.style.display = y == null ? "none" : "";
    tangent.style.display = y == null || slope == null ? "none" : "";
    furnish(here, { x1: right(x), x2: right(x) });
    if (y == null) return;
    const steep = ((up(1) - up(0)) * (slope ?? 0)) / (right(1) - right(0));
    const reach = 60 / Math.hypot(1, steep);
    furnish(tangent, { x1: right(x) - reach, x2: right(x) + reach });
    furnish(tangent, { y1: up(y) - steep * reach, y2: up(y) + steep * reach });
    furnish(dot, { cx: right(x), cy: up(y) });
  } };
}

/** What there is to say about one place. @param {Scene} scene @returns {Piece<BranchesView>} */
function makeTelling({ title, slid, graphs }) {
  const words = h("p", { class: "bp-words", "aria-live": "polite" });
  const failure = h("p", { class: "bp-error", role: "alert" });
  return { node: h("div", { class: "bp-telling" }, words, failure), draw: ({ place }) => {
    const { at, graph, value, error } = place;
    const which = graphs.length === 1 ? "the one graph" : `graph ${graph + 1} of ${graphs.length}`;
    setText(words, error ? `At ${slid} = ${at} ${title} fails.`
      : `At ${slid} = ${at}: ${which}, ${graphs[graph].size}. ${title} = ${value}.`);
    say(failure, error);
  } };
}

/** What there is to say about the graphs as a whole. @param {Scene} scene */
function tellGraphs({ graphs, title }) {
  if (graphs.length === 1) return `Wherever ${title} has a value on this slider, it has this one graph.`;
  if (graphs.length <= SIDE_BY_SIDE) return "";
  return `${graphs.length} different graphs on this slider: only the one that is taken now is shown.`;
}

function render(/** @type {Page} */ page) {
  const scene = page.model.get("scene");
  return showExplorer(page, "branches", `Branches of ${scene.title}`, ({ model, set }) => {
    const go = (/** @type {number} */ position) => set("position", within(position, scene.places.length));
    const about = h("p", { class: "bp-note" });
    say(about, tellGraphs(scene));
    const cards = h("div", { class: "bp-cards" });
    /** @returns {BranchesView} */
    const look = () => ({ place: scene.places[model.get("position")], position: model.get("position") });
    return { look, keys: slideKeys(() => model.get("position"), go), pieces: [
      { node: h("h3", { class: "bp-title bp-code" }, scene.heading) },
      makeSlide(scene, go),
      makeTelling(scene),
      joinPieces(h("div", { class: "bp-results" }), [makeGradient(scene), makePlot(scene)]),
      { node: about },
      joinPieces(cards, scene.graphs.map((drawing, i) => makeCard(drawing, i, scene))),
    ] };
  });
}

const widget = { render };
