// An explorer that is a slider over places, and a plot: shapes that stay, and shapes that each place puts elsewhere.

/** What the numbers of a shape are called. @type {Record<string, string[]>} */
const SHAPES = { line: ["x1", "y1", "x2", "y2"], circle: ["cx", "cy", "r"], polyline: ["points"],
  text: ["x", "y", "text-anchor"] };

/** Put a shape where its numbers say; without numbers it is gone.
 * @param {SVGElement} el @param {Mark[2]} where */
function placeShape(el, where) {
  el.style.display = where ? "" : "none";
  if (where) SHAPES[el.tagName].forEach((name, i) => void furnish(el, { [name]: where[i] }));
  return el;
}

/** @param {Plot} plot @returns {Piece<{ position: number }>} */
function makePlot({ size, caption, still, moving, places, words }) {
  const make = (/** @type {Mark} */ [tag, kind, where, text]) => placeShape(s(tag, { class: kind }, text), where);
  const shapes = moving.map(([tag, kind]) => make([tag, kind, null]));
  const viewBox = `0 0 ${size.join(" ")}`;
  const svg = s("svg", { class: "bp-plot", viewBox, role: "img" }, still.map(make), shapes);
  const node = h("figure", { class: "bp-figure" }, h("figcaption", { class: "bp-note" }, caption), svg);
  return { node, draw: ({ position }) => {
    furnish(svg, { "aria-label": words[position] });
    shapes.forEach((el, i) => void placeShape(el, places[position][i]));
  } };
}

/** A heading, the slider, what there is to say about each place, and more pieces. @param {string} kind
 * @param {(scene: Traits["scene"]) => { name: string,
 *   pieces: Piece<Slid & { place: Traits["scene"]["places"][number] }>[] }} build */
const makeSlideExplorer = (kind, build) => makeExplorer(kind, ({ model, set }) => {
  const scene = model.get("scene");
  const last = scene.places.length - 1;
  const { name, pieces } = build(scene);
  const go = (/** @type {number} */ position) => set("position", within(position, last + 1));
  const look = () => {
    const [position, place] = [model.get("position"), scene.places[model.get("position")]];
    return { position, last, place, at: place.at };
  };
  return { name, look, keys: slideKeys(() => model.get("position"), go), pieces: [
    { node: h("h3", { class: "bp-title bp-code" }, scene.heading) },
    makeSlide(scene, go),
    joinPieces(h("div", { class: "bp-telling" }), [
      makeText(h("p", { class: "bp-words", "aria-live": "polite" }), ({ place }) => place.words),
      makeText(h("p", { class: "bp-error", role: "alert" }), ({ place }) => place.error ?? ""),
    ]),
    ...pieces,
  ] };
});
