// Brackets on a chain of Jacobians: sizes that can be changed, and what each order of multiplication costs.

/** The product of two matrices, of which the right one is multiplied first: its brackets, shape and cost.
 * @param {Chained} left @param {Chained} right @returns {Chained} */
function multiply(left, right) {
  const [one, other] = [left, right].map(({ text }) => (text.includes(" ") ? `(${text})` : text));
  const cost = left.cost + right.cost + left.rows * left.columns * right.columns;
  return { text: `${one} ${other}`, rows: left.rows, columns: right.columns, cost };
}

/** The three orders, each as Python has it, too. @param {number[]} dims @returns {BracketsView} */
function findOrders(dims) {
  const factors = dims.slice(1).map((rows, i) => ({ text: `J${"₁₂₃₄₅₆₇₈"[i]}`, rows, columns: dims[i], cost: 0 }));
  /** The cheapest of all orders, each tried: eight factors have a few hundred. @type {(some: Chained[]) => Chained} */
  const findBest = (some) => some.length === 1 ? some[0] : some.slice(1)
    .map((_, i) => multiply(findBest(some.slice(i + 1)), findBest(some.slice(0, i + 1))))
    .reduce((least, one) => (one.cost < least.cost ? one : least));
  return { dims, best: findBest(factors),
    forward: factors.reduce((out, factor) => multiply(factor, out)),
    reverse: factors.reduceRight((out, factor) => multiply(out, factor)) };
}

/** A field for each size. @param {number[]} dims @param {number} most
 * @param {(dims: number[]) => void} change @returns {Piece<BracketsView>} */
function makeSizeFields(dims, most, change) {
  const bad = h("p", { class: "bp-error", role: "alert", hidden: true });
  const oninput = () => {
    const typed = fields.map((field) => +field.value);
    const right = typed.every((size) => Number.isInteger(size) && size >= 1 && size <= most);
    say(bad, right ? "" : fillIn(WORDS.badSize, { most }));
    if (right) change(typed);
  };
  const labels = dims.map((_, i) =>
    fillIn(i ? (i < dims.length - 1 ? WORDS.size : WORDS.lastSize) : WORDS.firstSize, { i }));
  const fields = labels.map((label) =>
    h("input", { type: "number", class: "bp-number", min: 1, max: most, oninput, "aria-label": label }));
  const row = fields.flatMap((field, i) => [h("span", {}, i ? "→" : WORDS.inputs), field]);
  const node = h("div", {}, h("div", { class: "bp-chain bp-code" }, row, h("span", {}, WORDS.outputs)), bad);
  return { node, draw: ({ dims }) => {
    if (!isNew(node, String(dims))) return; // what is being typed stays
    say(bad, "");
    for (const [i, field] of fields.entries()) if (+field.value !== dims[i]) field.value = `${dims[i]}`;
  } };
}

/** The Jacobians as rectangles, and a line with a bar for each order. @returns {Piece<BracketsView>} */
function makeCosts() {
  const [factors, list] = [h("div", { class: "bp-factors bp-code" }), h("dl", { class: "bp-costs" })];
  const px = (/** @type {number} */ size) => `${(10 + 14 * Math.log10(size)).toFixed()}px`;
  return { node: h("div", {}, factors, list), draw: ({ dims, forward, reverse, best }) => {
    factors.replaceChildren(...dims.slice(1).map((rows, i) => h("figure", {},
      h("div", { class: "bp-factor", style: `height: ${px(rows)}; width: ${px(dims[i])}` }),
      h("figcaption", {}, `J${"₁₂₃₄₅₆₇₈"[i]}`, h("br"), `${rows}×${dims[i]}`))).reverse());
    const most = Math.max(1, forward.cost, reverse.cost);
    const orders = /** @type {const} */ (["forward", "reverse", "best"]);
    list.replaceChildren(...[forward, reverse, best].flatMap(({ text, cost }, i) => [
      h("dt", {}, WORDS[orders[i]]),
      h("dd", { class: "bp-code" }, h("span", {}, text), h("span", {}, cost.toLocaleString("en")),
        h("div", { class: "bp-cost-bar", style: `width: ${(100 * cost) / most}%` }))]));
  } };
}

const widget = makeExplorer("brackets", ({ model, set }) => {
  const { chains, most, told } = model.get("scene");
  const names = Object.keys(chains);
  const place = () => names.findIndex((name) => `${chains[name]}` === `${model.get("dims")}`);
  const go = (/** @type {number} */ i) => set("dims", chains[names[within(i, names.length)]]);
  const labels = Object.fromEntries(names.map((name) => [name, name]));
  const choice = makeSwitch("bp-choose", WORDS.chains, labels, (name) => go(names.indexOf(name)));
  return { name: WORDS.brackets, look: () => findOrders(model.get("dims")), pieces: [
    { node: choice.node, draw: () => choice.draw(names[place()] ?? "") },
    makeSizeFields(model.get("dims"), most, (dims) => set("dims", dims)),
    makeText(h("p", { class: "bp-words", "aria-live": "polite" }), ({ forward, reverse, best }) => {
      const [f, r] = [forward.cost, reverse.cost];
      const n = Number(Math.max(f / r, r / f).toPrecision(2));
      const cheaper = f === r ? told.same : fillIn(WORDS.times, { n, told: f < r ? told.forward : told.reverse });
      return best.cost < Math.min(f, r) ? `${cheaper} ${told.better}` : cheaper;
    }),
    makeCosts(),
  ], keys: { ArrowRight: () => go(place() + 1), ArrowLeft: () => go(place() - 1) } };
});
