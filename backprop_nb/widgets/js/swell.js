// The swell: a derivative as a tree and as a graph, at the depth of the slider, and both sizes against the depth.

/** @typedef {{ place: SwellPlace, position: number }} SwellView */

const FRAME = { wide: 250, high: 330, left: 48, right: 44, top: 14, bottom: 34 };

/** A picture with its size above it. @param {"tree" | "dag"} kind @param {string} name @returns {Piece<SwellView>} */
function makeSide(kind, name) {
  const head = h("h4");
  const box = h("div", { class: "bp-picture" });
  let shown = "";
  return { node: h("section", {}, head, box), draw: ({ place }) => {
    const { svg, why, words, count } = place[kind];
    setText(head, `${name}: ${count} node${count === "1" ? "" : "s"}`);
    if (shown === place.at) return;
    shown = place.at;
    const drawn = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    for (const part of drawn?.querySelectorAll("[id]") ?? []) part.removeAttribute("id"); // a page may hold it twice
    // The whole picture, however small: how much there is of it is what is to be seen.
    box.replaceChildren(drawn ? furnish(drawn, { style: "", "aria-label": words }) : h("p", { class: "bp-note" }, why));
  } };
}

/** Both sizes against the depth, on a logarithmic scale. @param {SwellPlace[]} places @returns {Piece<SwellView>} */
function makeSizes(places) {
  const { wide, high, left, right, top, bottom } = FRAME;
  const most = Math.max(1, ...places.flatMap(({ tree, dag }) => [tree.log, dag.log]));
  const across = (/** @type {number} */ i) => left + (i / Math.max(1, places.length - 1)) * (wide - left - right);
  const up = (/** @type {number} */ log) => high - bottom - (log / most) * (high - top - bottom);
  /** @type {(x: number, y: number, anchor: string, text: string) => Element} */
  const tick = (x, y, anchor, text) => s("text", { x, y, "text-anchor": anchor, class: "bp-tick" }, text);
  const every = Math.ceil(most / 6);
  const powers = Array.from({ length: Math.floor(most / every) + 1 }, (_, i) => i * every);
  const lines = powers.map((power) => s("path", { d: `M${left} ${up(power)}H${wide - right}`, class: "bp-here" }));
  const marks = [
    ...powers.map((power) => tick(left - 6, up(power) + 4, "end", power < 6 ? `${10 ** power}` : `10^${power}`)),
    ...places.map(({ at }, i) => tick(across(i), high - bottom + 14, "middle", at)),
    tick((left + wide - right) / 2, high - 4, "middle", "depth"),
  ];
  const here = s("line", { y1: top, y2: high - bottom, class: "bp-swell-here" });
  const kinds = /** @type {const} */ (["tree", "dag"]);
  const series = kinds.map((kind) => {
    const points = places.map((place, i) => `${across(i).toFixed(1)},${up(place[kind].log).toFixed(1)}`).join(" ");
    const end = up(places[places.length - 1][kind].log) + 4;
    const [curve, dot] = [s("polyline", { points, class: "bp-swell-curve" }), s("circle", { r: 5, class: "bp-dot" })];
    const name = tick(wide - right + 8, end, "start", kind === "dag" ? "graph" : kind);
    return { kind, dot, node: s("g", { class: `bp-swell-${kind}` }, curve, name, dot) };
  });
  const svg = s("svg", { class: "bp-plot", viewBox: `0 0 ${wide} ${high}`, role: "img" },
    lines, marks, here, series.map(({ node }) => node));
  const caption = h("figcaption", { class: "bp-note" }, "Nodes against depth, on a logarithmic scale");
  return { node: h("figure", { class: "bp-figure bp-swell-sizes" }, caption, svg), draw: ({ place, position }) => {
    furnish(here, { x1: across(position), x2: across(position) });
    for (const { kind, dot } of series) furnish(dot, { cx: across(position), cy: up(place[kind].log) });
    furnish(svg, { "aria-label": `At depth ${place.at}: tree ${place.tree.count}, graph ${place.dag.count} nodes` });
  } };
}

function render(/** @type {Page} */ page) {
  const scene = page.model.get("scene");
  return showExplorer(page, "swell", "Expression swell", ({ model, set }) => {
    const go = (/** @type {number} */ position) => set("position", within(position, scene.places.length));
    const words = h("p", { class: "bp-words", "aria-live": "polite" });
    const sides = h("div", { class: "bp-swell-sides" });
    /** @returns {SwellView} */
    const look = () => ({ place: scene.places[model.get("position")], position: model.get("position") });
    return { look, keys: slideKeys(() => model.get("position"), go), pieces: [
      { node: h("h3", { class: "bp-title bp-code" }, scene.heading) },
      makeSlide(scene, go),
      { node: words, draw: ({ place }) => setText(words, place.words) },
      joinPieces(sides, [makeSide("tree", "Tree"), makeSide("dag", "Graph"), makeSizes(scene.places)]),
    ] };
  });
}

const widget = { render };
