// The playground: Python trains; the page draws the border, the network and the loss, and asks for the next steps.

const [PLANE, GRID, NET, TALL] = [220, 44, 300, 220]; // pixels; squares along a side of the plane
const FRAME_MS = 80;
const STEPS = 3; // asked for at once
/** @type {Record<string, (x: number) => number>} */
const BENDS = { tanh: Math.tanh, relu: (x) => Math.max(0, x), sigmoid: (x) => 1 / (1 + Math.exp(-x)) };

/** What a network says of one point. @param {Frame["weights"]} weights @param {(x: number) => number} bend
 * @param {number[]} point */
function scoreOf(weights, bend, point) {
  const last = Object.keys(weights).length / 2;
  let signals = point;
  for (let layer = 1; layer <= last; layer++) {
    const rows = /** @type {number[][]} */ (weights[`W${layer}`]);
    const sums = /** @type {number[]} */ (weights[`b${layer}`]);
    signals = sums.map((sum, j) => signals.reduce((total, x, i) => total + x * rows[i][j], sum));
    if (layer < last) signals = signals.map(bend);
  }
  return signals[0];
}

/** The plane, one side of the border purple, the other brown, and the points. @param {Model} model
 * @returns {Piece<PlayView>} */
function makePlane(model) {
  const canvas = h("canvas", { width: GRID, height: GRID, class: "bp-field" });
  const points = s("svg", { viewBox: `0 0 ${PLANE} ${PLANE}`, role: "img", class: "bp-points" });
  const node = h("div", { class: "bp-plane" }, canvas, points);
  return { node, draw: ({ shown, settings }) => {
    const { box: [[left, right], [low, high]], rows, labels } = model.get("cloud");
    if (isNew(points, rows)) {
      points.replaceChildren(...rows.map(([x, y], i) => {
        const [cx, cy] = [((x - left) / (right - left)) * PLANE, ((high - y) / (high - low)) * PLANE];
        return labels[i] ? s("rect", { x: cx - 3.5, y: cy - 3.5, width: 7, height: 7, class: "bp-one" })
          : s("circle", { cx, cy, r: 4, class: "bp-zero" });
      }));
    }
    const ink = getComputedStyle(node);
    const colours = ["--bp-below", "--bp-above"].map((name) => ink.getPropertyValue(name));
    const [brush, bend] = [canvas.getContext("2d"), BENDS[settings.activation]];
    brush?.clearRect(0, 0, GRID, GRID);
    for (let i = 0; brush && i < GRID; i++) for (let j = 0; j < GRID; j++) {
      const point = [left + ((i + 0.5) / GRID) * (right - left), high - ((j + 0.5) / GRID) * (high - low)];
      const score = scoreOf(shown.weights, bend, point);
      brush.globalAlpha = 0.12 + 0.4 * Math.min(1, Math.abs(score));
      brush.fillStyle = colours[score > 0 ? 1 : 0];
      brush.fillRect(i, j, 1, 1);
    }
    furnish(points, { "aria-label": fillIn(WORDS.sides, { right: shown.right, count: labels.length }) });
  } };
}

/** Thick where the weight is large, glowing where its derivative is.
 * @param {(weight: string) => void} choose @returns {Piece<PlayView>} */
function makeNetwork(choose) {
  const svg = s("svg", { viewBox: `0 0 ${NET} ${TALL}`, class: "bp-network", role: "img" });
  let lines = /** @type {Link[]} */ ([]);
  const build = (/** @type {number[]} */ sizes) => {
    lines = [];
    const at = (/** @type {number} */ layer, /** @type {number} */ i) => [
      20 + (layer / (sizes.length - 1)) * (NET - 40), ((i + 0.5) / sizes[layer]) * TALL];
    svg.replaceChildren();
    sizes.slice(1).forEach((n, layer) => { for (let i = 0; i < sizes[layer]; i++) for (let j = 0; j < n; j++) {
      const [[x1, y1], [x2, y2]] = [at(layer, i), at(layer + 1, j)];
      const [glow, line] = ["bp-glow", "bp-weight"].map((kind) => s("line", { x1, y1, x2, y2, class: kind }));
      const name = `W${layer + 1}[${i}][${j}]`;
      lines.push({ name, glow, line, of: (tree) => /** @type {number[][]} */ (tree[`W${layer + 1}`])[i][j] });
      svg.append(s("g", { class: "bp-link", onclick: () => choose(name) }, s("title", {}, name), glow, line));
    } });
    sizes.forEach((n, layer) => { for (let i = 0; i < n; i++) {
      const [cx, cy] = at(layer, i);
      svg.append(s("circle", { cx, cy, r: 7, class: "bp-neuron" }));
    } });
  };
  const node = h("div", { class: "bp-net" }, svg, h("p", { class: "bp-note" }, WORDS.links));
  return { node, draw: ({ shown, settings, chosen }) => {
    const sizes = [2, ...settings.hidden, 1];
    if (isNew(svg, sizes.join())) build(sizes);
    const most = Math.max(1e-12, ...lines.map(({ of }) => Math.abs(of(shown.slopes))));
    for (const { name, glow, line, of } of lines) {
      const [weight, slope] = [of(shown.weights), of(shown.slopes)];
      furnish(line, { "stroke-width": (0.4 + Math.min(5, 2 * Math.abs(weight))).toFixed(2),
        class: `bp-weight ${weight > 0 ? "bp-over" : "bp-under"}${name === chosen.weight ? " bp-chosen" : ""}` });
      furnish(glow, { "stroke-opacity": (0.85 * Math.abs(slope / most)).toFixed(3) });
    }
    furnish(svg, { "aria-label": fillIn(WORDS.network, { sizes: sizes.join(", ") }) });
  } };
}

/** The loss of each step, and how large the gradient of each layer is. @returns {Piece<PlayView>} */
function makeCurve() {
  const line = s("polyline", { class: "bp-curve" });
  const svg = s("svg", { viewBox: "0 0 200 90", class: "bp-losses", role: "img", preserveAspectRatio: "none" }, line);
  const bars = h("div", { class: "bp-layers" });
  const told = h("p", { class: "bp-words-line bp-code" });
  return { node: h("div", { class: "bp-side" }, told, svg, bars), draw: ({ shown }) => {
    const most = Math.max(...shown.curve, 1e-9);
    const across = (/** @type {number} */ i) => (i / Math.max(1, shown.curve.length - 1)) * 196 + 2;
    const points = shown.curve.map((loss, i) => `${across(i).toFixed(1)},${(86 - (loss / most) * 80).toFixed(1)}`);
    furnish(line, { points: points.join(" ") });
    furnish(svg, { "aria-label": fillIn(WORDS.curve, { ...shown, first: shown.curve[0] }) });
    setText(told, fillIn(WORDS.loss, { step: shown.step, loss: shown.loss.toPrecision(3) }));
    bars.replaceChildren(...shown.layers.map((size, i) => h("div", { class: "bp-layer" },
      h("span", {}, fillIn(WORDS.layer, { n: i + 1 })), h("span", { class: "bp-adjoint bp-code" }, size.toPrecision(2)),
      h("span", { class: "bp-track-bar" }, h("span", { class: "bp-bar-in",
        style: `width:${(Math.max(0, Math.min(1, 1 + Math.log10(size + 1e-9) / 6)) * 100).toFixed(0)}%` })))));
  } };
}

/** @param {Context} ctx @param {(by: number) => void} ask @param {() => void} expect
 * @param {ReturnType<typeof makeStatus>} status @returns {Piece<PlayView>} */
function makePlayBar({ model, set }, ask, expect, status) {
  const change = (/** @type {Partial<PlaySettings>} */ what) => {
    set("settings", { ...model.get("settings"), ...what });
    if (!("rate" in what)) expect(); // another rate goes on without an answer
  };
  const play = makeButton("", { class: "bp-button bp-next bp-play", onclick: () => {
    set("playing", !model.get("playing"));
    if (model.get("playing") && model.get("position") >= model.get("frames").length) expect();
  } });
  const step = makeButton(WORDS.oneStep, { onclick: () => {
    set("playing", false);
    ask(1);
  } });
  const reset = makeButton(WORDS.reset, { onclick: () => change({ again: (model.get("settings").again ?? 0) + 1 }) });
  const choices = /** @type {const} */ (["data", "hidden", "activation", "rate", "trouble"]).map((name) =>
    ({ name, ...makeSelect(WORDS[name], (value) => change({ [name]: value })) }));
  const words = h("p", { class: "bp-words-line", "aria-live": "polite" });
  const row = h("div", { class: "bp-transport" }, play, step, reset, choices.map(({ node }) => node));
  return { node: h("div", {}, row, words, status.nodes), draw: ({ shown, settings, alive, isDue }) => {
    setText(play, model.get("playing") ? WORDS.pause : WORDS.playOn);
    for (const { name, draw } of choices) draw(model.get("choices")[name], settings[name], alive);
    for (const button of [step, reset]) retire(button, !alive);
    setText(words, shown.stopped || model.get("words"));
    status.draw(isDue, model.get("error"));
  } };
}

/** One weight's derivative, taken apart. @param {Model} model @param {(what: Partial<PlayQuestion>) => void} ask
 * @returns {Piece<PlayView>} */
function makeParts(model, ask) {
  const weight = makeSelect(WORDS.weight, (/** @type {string} */ name) => ask({ weight: name }));
  const example = makeSelect(WORDS.example, (/** @type {number} */ number) => ask({ example: number }));
  const list = h("ol", { class: "bp-products bp-code", tabindex: "0", "aria-label": WORDS.products });
  const sum = h("p", {});
  const bars = s("svg", { viewBox: "0 0 200 40", class: "bp-shares", role: "img" });
  const found = h("div", { class: "bp-found", "aria-live": "polite" }, list, sum, bars);
  const node = h("div", { class: "bp-parts" }, h("div", { class: "bp-transport" }, weight.node, example.node), found);
  return { node, draw: ({ shown, alive, chosen }) => {
    const names = Object.entries(shown.weights).flatMap(([name, rows]) => rows.flatMap((row, i) =>
      Array.isArray(row) ? row.map((_, j) => `${name}[${i}][${j}]`) : [`${name}[${i}]`]));
    const parts = model.get("parts");
    const count = parts.n ?? 20;
    weight.draw([["", WORDS.chooseOne], ...names.map(twice)], chosen.weight, alive);
    example.draw(Array.from({ length: count }, (_, i) => twice(i)), chosen.example, alive);
    found.hidden = !parts.lines;
    if (!parts.lines || !isNew(list, parts)) return;
    const { examples = [], lines: { length: n } } = parts;
    list.replaceChildren(...parts.lines.map((line) => h("li", {}, line)));
    const products = n === 1 ? WORDS.oneProduct : fillIn(WORDS.manyProducts, { n });
    setText(sum, fillIn(WORDS.parts, { .../** @type {Required<Parts>} */ (parts), products }));
    const most = Math.max(1e-12, ...examples.map(Math.abs));
    bars.replaceChildren(...examples.map((slope, i) => {
      const [high, kind] = [(Math.abs(slope) / most) * 18, i === parts.example ? "bp-this" : "bp-other"];
      const y = slope > 0 ? 20 - high : 20;
      return s("rect", { x: 2 + (i * 196) / count, width: 140 / count, y, height: high + 0.5, class: kind });
    }));
    furnish(bars, { "aria-label": fillIn(WORDS.shares, { n: parts.n, shares: examples.join(", ") }) });
  } };
}

/** A choice that is called what it is. @template T @param {T} value @returns {[T, string]} */
const twice = (value) => [value, String(value)];

const learning = makeExplorer("playground", (ctx) => {
  const { model, set, isAlive } = ctx;
  const isLive = () => model.get("position") >= model.get("frames").length - 1;
  const shownFrame = () => isLive() ? model.get("frame") : model.get("frames")[model.get("position")];
  const status = makeStatus(ctx, WORDS.playingWorks, WORDS.silent);
  let before = /** @type {Frame | null} */ (null); // what was there when Python was asked
  const expect = () => {
    before = model.get("frame");
    status.begin();
  };
  const ask = (/** @type {number} */ by) => {
    if (!isAlive()) return;
    expect();
    model.set("position", model.get("frames").length);
    model.set("wanted", model.get("frame").step + by);
    model.save_changes();
  };
  const choose = (/** @type {Partial<PlayQuestion>} */ what) => {
    if (!isAlive()) return;
    model.set("playing", false);
    const coming = isLive() ? model.get("wanted") : shownFrame().step; // steps may be on their way
    model.set("question", { ...model.get("question"), ...what, frame: coming });
    model.save_changes();
  };
  /** @returns {PlayView} */
  const look = () => ({ shown: shownFrame(), settings: model.get("settings"), alive: isAlive(),
    chosen: model.get("question"), isDue: model.get("frame") === before && !model.get("error") });
  const pictures = joinPieces(h("div", { class: "bp-learning" }),
    [makePlane(model), makeNetwork((weight) => choose({ weight })), makeCurve()]);
  const drawNew = (/** @type {PlayView} */ view) => isNew(pictures, view.shown, view.chosen) && pictures.draw(view);
  const keys = { Space: () => set("playing", !model.get("playing")), ArrowRight: () => ask(1) };
  return { name: WORDS.playground, look, keys, pieces: [
    makePlayBar(ctx, ask, expect, status), { ...pictures, draw: drawNew }, makeParts(model, choose),
  ] };
});

/** One clock a model: first through the frames that are here, then each frame asks for the next.
 * @type {NonNullable<Widget["initialize"]>} */
function initialize({ model }) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    model.set("playing", false);
    model.set("position", model.get("frames").length);
  }
  const beat = makeTimer(() => {
    if (!model.get("playing")) return;
    if (model.get("position") < model.get("frames").length) model.set("position", model.get("position") + 1);
    else if (model.standIn || model.get("frame").stopped) model.set("playing", false);
    else model.set("wanted", model.get("frame").step + STEPS);
    model.save_changes();
    if (model.get("wanted") <= model.get("frame").step) beat(FRAME_MS); // else the next frame has it beat
  });
  const follow = () => {
    if (!model.get("playing")) return;
    if (model.standIn && model.get("position") >= model.get("frames").length) model.set("position", 0);
    beat(FRAME_MS);
  };
  const next = () => void (model.get("playing") && beat(FRAME_MS / 10));
  model.on("change:playing", follow);
  model.on("change:frame", next);
  follow();
  return () => beat(null);
}

const widget = { ...learning, initialize };
