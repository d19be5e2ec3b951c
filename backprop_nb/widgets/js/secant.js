// The secant: Python has computed every place of the slider, with its coordinates; here one is shown.

/** @typedef {{ place: SecantPlace, position: number }} SecantView */

/** A picture with its caption. @param {string} caption @param {Tick[]} ticks @param {Child[]} parts */
function makePlotBox(caption, ticks, parts) {
  const texts = ticks.map(([x, y, anchor, text]) => s("text", { x, y, "text-anchor": anchor, class: "bp-tick" }, text));
  const svg = s("svg", { class: "bp-plot", viewBox: "0 0 360 230", role: "img", "aria-label": caption }, texts, parts);
  return { svg, node: h("figure", { class: "bp-figure" }, h("figcaption", { class: "bp-note" }, caption), svg) };
}

/** Put a line or a circle where its numbers say; without numbers it is gone.
 * @param {SVGElement} el @param {string} names @param {number[] | null} numbers */
function put(el, names, numbers) {
  el.style.display = numbers ? "" : "none";
  names.split(" ").forEach((name, i) => void furnish(el, { [name]: numbers?.[i] }));
  return el;
}

const ENDS = "x1 y1 x2 y2";

/** f with its tangent, and the line through two points.
 * @param {SecantScene} scene @returns {Piece<SecantView>} */
function makeSecant({ plot, title, name }) {
  const [line, second] = [s("line", { class: "bp-secant" }), s("circle", { r: 5, class: "bp-dot" })];
  const parts = [
    plot.curves.map((points) => s("polyline", { points, class: "bp-curve" })),
    put(s("line", { class: "bp-tangent" }), ENDS, plot.tangent),
    line, put(s("circle", { r: 4, class: "bp-alone" }), "cx cy", plot.first), second,
  ];
  const caption = `${title} against ${name} (line), its tangent (orange), the secant (dashed)`;
  const { svg, node } = makePlotBox(caption, plot.ticks, parts);
  return { node, draw: ({ place }) => {
    put(line, ENDS, place.secant);
    put(second, "cx cy", place.second);
    furnish(svg, { "aria-label": `${caption} for h = ${place.at}. ${place.words}` });
  } };
}

/** The error at every step, and where this one is. @param {SecantScene} scene @returns {Piece<SecantView>} */
function makeErrors({ errors }) {
  const here = s("circle", { r: 6, class: "bp-dot" });
  const lines = errors.lines.map((points, i) => s("polyline", { points, class: `bp-bound bp-bound-${i}` }));
  const dots = errors.dots.map((dot) => put(s("circle", { r: 2, class: "bp-alone" }), "cx cy", dot));
  const best = put(s("circle", { r: 9, class: "bp-best" }), "cx cy", errors.best);
  const caption = "Error against h: left out (dotted), rounding (dashed), best h (ring)";
  const { node } = makePlotBox(caption, errors.ticks, [lines, dots, best, here]);
  return { node, draw: ({ position }) => void put(here, "cx cy", errors.dots[position]) };
}

function render(/** @type {Page} */ page) {
  const scene = page.model.get("scene");
  return showExplorer(page, "secant", `Secant of ${scene.title}`, ({ model, set }) => {
    const go = (/** @type {number} */ position) => set("position", within(position, scene.places.length));
    const words = h("p", { class: "bp-words", "aria-live": "polite" });
    /** @returns {SecantView} */
    const look = () => ({ place: scene.places[model.get("position")], position: model.get("position") });
    return { look, keys: slideKeys(() => model.get("position"), go), pieces: [
      { node: h("h3", { class: "bp-title bp-code" }, scene.heading) },
      makeSlide(scene, go),
      { node: h("div", { class: "bp-telling" }, words), draw: ({ place }) => setText(words, place.words) },
      joinPieces(h("div", { class: "bp-results" }), [makeSecant(scene), makeErrors(scene)]),
    ] };
  });
}

const widget = { render };
