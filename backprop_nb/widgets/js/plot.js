// A plot as Python tells it: shapes that stay, and shapes that each place of a slider puts elsewhere.

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
