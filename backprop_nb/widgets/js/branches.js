// The branches: Python has run f at every place of the slider; here the places only change what is shown.

const SIDE_BY_SIDE = 4;
const SVG = "http://www.w3.org/2000/svg";

// Like h, for SVG.
function s(tag, attributes, ...children) {
  const el = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.append(...children);
  return el;
}

// One card a graph. Beyond four, only the live one is shown.
function makeCard(drawing, index, scene) {
  const head = h("h4", { class: "bp-card-head" });
  const box = h("div", { class: "bp-picture" });
  const card = h("section", { class: "bp-card", "aria-label": `Graph ${index + 1}` }, head, box);
  const graph = drawing.svg ? mountGraph(box, drawing.svg, `Graph ${index + 1}`) : null;
  // A card is as wide as its graph wants: two short graphs stand side by side, long ones below each other.
  if (graph) card.style.flexBasis = `${parseFloat(graph.svg.style.minWidth) + 24}px`;
  const lines = h("pre", { class: "bp-code" });
  if (!graph) box.append(h("p", { class: "bp-note" }, drawing.picture || "The lines of this graph:"), lines);
  const draw = (place) => {
    const live = place.graph === index;
    card.classList.toggle("bp-dim", !live);
    card.hidden = !live && scene.graphs.length > SIDE_BY_SIDE;
    setText(head, `Graph ${index + 1}, ${drawing.size}: ${live ? "taken now" : `at ${scene.slid} = ${drawing.where}`}`);
    setText(lines, ((live && place.lines) || drawing.lines).join("\n"));
    if (graph) fillGraph(graph, drawing, live ? place : null);
  };
  return { node: card, draw };
}

// The texts of one graph at one place; dashes where this graph is not taken.
function fillGraph(graph, drawing, place) {
  drawing.nodes.forEach((id, i) => {
    const { g, texts } = graph.nodes.get(id);
    const [value, adjoint] = place ? [place.values[i], place.adjoints[i]] : ["–", "–"];
    if (place?.lines) setText(texts[0], place.lines[i]);
    setText(texts[1], value);
    setText(texts[2], `${drawing.bars[i]} = ${adjoint}`);
    setAttribute(g, "aria-label", `${drawing.captions[i]}, value ${value}, adjoint ${adjoint}`);
  });
  drawing.edges.forEach((id, i) => labelEdge(graph.edges.get(id), place ? place.partials[i] : ""));
}

function quantile(numbers, part) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(part * (numbers.length - 1))];
}

// The gradient as numbers and bars; all bars share one scale over the whole slider, so that they can be compared.
function makeGradient(scene) {
  const body = h("tbody", {});
  const slopes = scene.places.flatMap((place) => place.gradient ?? []).map(([, , slope]) => Math.abs(slope ?? 0));
  const most = quantile(slopes, 0.95) || quantile(slopes, 1) || 1; // one pole must not flatten the rest
  const row = ([label, text, slope]) => {
    const part = Math.min(1, Math.abs(slope ?? 0) / most) * 50;
    const bar = h("div", { class: "bp-bar", style: `left: ${slope < 0 ? 50 - part : 50}%; width: ${part}%` });
    return h("tr", {}, h("th", { scope: "row" }, `∂${scene.title}/∂${label}`), h("td", { class: "bp-adjoint" }, text),
      h("td", { class: "bp-bars" }, bar));
  };
  const draw = (place) => body.replaceChildren(...(place.gradient ?? []).map(row));
  const caption = h("caption", {}, "Gradient");
  return { node: h("table", { class: "bp-gradient bp-code" }, caption, body), draw };
}

const [WIDE, HIGH, EDGE, LEFT] = [360, 150, 16, 56];

// f against the sliding input: a line for each stretch with one graph, and the tangent that the sweep found.
function makePlot(scene) {
  const known = scene.places.filter((place) => place.y != null);
  const ys = known.map((place) => place.y);
  const [low, high] = [quantile(ys, 0.02), quantile(ys, 0.98)]; // a pole may leave the picture
  const [start, end] = [scene.places[0], scene.places[scene.places.length - 1]];
  const [first, last] = [start.x, end.x];
  const pad = (high - low || 1) * 0.1;
  const right = (x) => LEFT + ((x - first) / (last - first || 1)) * (WIDE - LEFT - EDGE);
  const up = (y) => HIGH - EDGE - ((y - low + pad) / (high - low + 2 * pad || 1)) * (HIGH - 2 * EDGE);
  const pieces = [];
  scene.places.forEach((place, i) => {
    if (place.y == null) return;
    const before = scene.places[i - 1];
    if (before?.y == null || before.graph !== place.graph) pieces.push([]);
    pieces[pieces.length - 1].push(`${right(place.x).toFixed(1)},${up(place.y).toFixed(1)}`);
  });
  const curves = pieces.map((points) => points.length > 1
    ? s("polyline", { points: points.join(" "), class: "bp-curve" })
    : s("circle", { cx: points[0].split(",")[0], cy: points[0].split(",")[1], r: 3, class: "bp-alone" }));
  const tangent = s("line", { class: "bp-tangent" });
  const dot = s("circle", { r: 5, class: "bp-dot" });
  const here = s("line", { y1: 0, y2: HIGH, class: "bp-here" });
  const label = (x, y, anchor, text) => s("text", { x, y, "text-anchor": anchor, class: "bp-tick" }, text);
  const yAt = (y) => (known.find((place) => place.y === y) ?? { value: "" }).value;
  const ticks = [
    label(4, up(high) + 3, "start", yAt(high)),
    label(4, up(low) + 3, "start", low === high ? "" : yAt(low)),
    label(right(first), HIGH - 3, "start", start.at),
    label(right(last), HIGH - 3, "end", end.at),
  ];
  const viewBox = `0 0 ${WIDE} ${HIGH}`;
  const svg = s("svg", { class: "bp-plot", viewBox, role: "img" }, here, ...ticks, ...curves, tangent, dot);
  const draw = (place) => {
    const x = right(place.x);
    setAttribute(here, "x1", x);
    setAttribute(here, "x2", x);
    dot.style.display = place.y == null ? "none" : "";
    tangent.style.display = place.y == null || place.slope == null ? "none" : "";
    const words = place.error ? "no value here" : `${scene.title} is ${place.value} at ${scene.slid} = ${place.at}`;
    setAttribute(svg, "aria-label", `${scene.title} against ${scene.slid}: ${words}`);
    if (place.y == null) return;
    const slope = ((up(1) - up(0)) * (place.slope ?? 0)) / (right(1) - right(0));
    const reach = 60 / Math.hypot(1, slope);
    const ends = { x1: x - reach, x2: x + reach, y1: up(place.y) - slope * reach, y2: up(place.y) + slope * reach };
    Object.entries(ends).forEach(([name, value]) => setAttribute(tangent, name, value));
    setAttribute(dot, "cx", x);
    setAttribute(dot, "cy", up(place.y));
  };
  const slopes = scene.places.some((place) => place.slope != null) ? ", with the slope that the sweep found" : "";
  const title = `${scene.title} against ${scene.slid}${slopes}`;
  return { node: h("figure", { class: "bp-figure" }, h("figcaption", { class: "bp-note" }, title), svg), draw };
}

function sentence(scene, place) {
  if (place.error) return `At ${scene.slid} = ${place.at} ${scene.title} fails.`;
  const drawing = scene.graphs[place.graph];
  const count = scene.graphs.length;
  const which = count === 1 ? "the one graph" : `graph ${place.graph + 1} of ${count}`;
  return `At ${scene.slid} = ${place.at}: ${which}, ${drawing.size}. ${scene.title} = ${place.value}.`;
}

function makeSlide(scene, go) {
  const range = h("input", {
    type: "range",
    class: "bp-progress",
    min: 0,
    max: scene.places.length - 1,
    step: 1,
    "aria-label": scene.slid,
    oninput: () => go(parseInt(range.value, 10)),
  });
  const value = h("output", { class: "bp-code bp-where" });
  const button = (text, label, by) => h("button", { type: "button", class: "bp-button", "aria-label": label,
    onclick: () => go(parseInt(range.value, 10) + by) }, text);
  const fixed = scene.fixed ? h("span", { class: "bp-code bp-note" }, `${scene.fixed}`) : null;
  const node = h("div", { class: "bp-slide" }, h("span", { class: "bp-code bp-slid" }, `${scene.slid} =`), value,
    button("◂", "Lower", -1), range, button("▸", "Higher", 1), fixed);
  const draw = (place, position) => {
    range.value = position;
    setAttribute(range, "aria-valuetext", `${scene.slid} = ${place.at}`);
    setText(value, place.at);
  };
  return { node, draw };
}

function makeTelling(scene) {
  const words = h("p", { class: "bp-words", "aria-live": "polite" });
  const failure = h("p", { class: "bp-error", role: "alert" });
  const draw = (place) => {
    setText(words, sentence(scene, place));
    setText(failure, place.error);
    failure.hidden = !place.error;
  };
  return { node: h("div", { class: "bp-telling" }, words, failure), draw };
}

function makeCards(scene) {
  const cards = scene.graphs.map((drawing, i) => makeCard(drawing, i, scene));
  const many = `${scene.graphs.length} different graphs on this slider: only the one that is taken now is shown.`;
  const note = scene.graphs.length > SIDE_BY_SIDE ? h("p", { class: "bp-note" }, many) : null;
  const same = `Wherever ${scene.title} has a value on this slider, it has this one graph.`;
  const one = scene.graphs.length === 1 ? h("p", { class: "bp-note" }, same) : null;
  const draw = (place) => cards.forEach((card) => card.draw(place));
  return { node: h("div", {}, note, one, h("div", { class: "bp-cards" }, cards.map((card) => card.node))), draw };
}

function render({ model, el }) {
  const scene = model.get("scene");
  const name = `Branches of ${scene.title}`;
  const root = h("div", { class: "bp bp-branches", tabindex: "0", role: "group", "aria-label": name });
  let saving;
  const go = (position) => {
    model.set("position", Math.max(0, Math.min(position, scene.places.length - 1)));
    clearTimeout(saving);
    saving = setTimeout(() => model.save_changes(), 200); // Python hears of it, but the slider does not wait
  };
  const pieces = [makeSlide(scene, go), makeTelling(scene), makeGradient(scene), makePlot(scene), makeCards(scene)];
  const draw = () => pieces.forEach((piece) => piece.draw(scene.places[model.get("position")], model.get("position")));
  const [slide, telling, gradient, plot, cards] = pieces.map((piece) => piece.node);
  const results = h("div", { class: "bp-results" }, gradient, plot);
  root.append(h("h3", { class: "bp-title bp-code" }, scene.heading), slide, telling, results, cards);
  const deafen = listenToKeys(root, {
    ArrowRight: () => go(model.get("position") + 1), ArrowUp: () => go(model.get("position") + 1),
    ArrowLeft: () => go(model.get("position") - 1), ArrowDown: () => go(model.get("position") - 1),
    Home: () => go(0), End: () => go(scene.places.length - 1),
  });
  model.on("change:position", draw);
  el.append(root);
  draw();
  return () => {
    deafen();
    clearTimeout(saving);
    model.off("change:position", draw);
  };
}

const widget = { render };
export default widget;
export const mount = (el, state) => mountWidget(widget, el, state);
