// Walking the paths from the output to one input: each is an addend of the chain rule.

/** The listed path that a number means: beyond an end, that end.
 * @param {Run} run @param {string} chosen @param {number} number */
const clampPath = (run, chosen, number) => within(number, run.paths[chosen]?.shown.length ?? 1);

/** What to light and say for the path that is walked; null when none is.
 * @param {Reading} run @param {string} chosen @param {number} number @returns {Lit & Walked | null} */
function pathOf(run, chosen, number) {
  const paths = run.paths[chosen];
  if (!paths?.shown.length) return null;
  const shown = paths.shown[number];
  const [from, { name, bar }] = [run.row[run.output].name, run.row[paths.target]];
  const nodes = [run.output, ...shown.edges.map((edge) => run.edge[edge].target)];
  const words = fillIn(WORDS.path, { n: number + 1, count: paths.count, from, to: name, bar, ...shown });
  const formula = nodes.map((id) => run.row[id].name).join(" → ");
  return { ...shown, nodes, formula, words };
}

/** @param {Reading} run @param {Walked} path */
function makePathTable(run, path) {
  const line = (/** @type {string[]} */ ...cells) =>
    h("tr", {}, cells.map((cell, i) => h(i ? "td" : "th", i ? {} : { scope: "row" }, cell)));
  const names = path.nodes.map((id) => run.row[id].name);
  const hops = path.edges.map((edge, i) =>
    line(`${names[i]} → ${names[i + 1]}`, `× ${run.edge[edge].local}`, path.products[i]));
  const head = h("tr", {}, [WORDS.edge, WORDS.partial, WORDS.product].map((text) => h("th", { scope: "col" }, text)));
  const body = h("tbody", {}, line(fillIn(WORDS.startAt, { name: names[0] }), "", "1"), hops);
  return h("table", { class: "bp-code" }, h("thead", {}, head), body);
}

/** "0.5 + 5 = 5.5 = v̄₋₁", the path that is walked in bold.
 * @param {Reading} run @param {Paths} paths @param {number} number */
function makePathSum(run, paths, number) {
  const hidden = String(paths.shown.length) !== paths.count;
  const addends = paths.shown.map(({ contribution }, i) => {
    const text = i && contribution.startsWith("-") ? `(${contribution})` : contribution;
    return [i ? " + " : "", h(i === number ? "strong" : "span", {}, text)];
  });
  const rest = hidden ? ` + … ${fillIn(WORDS.morePaths, { count: paths.count, shown: paths.shown.length })}` : "";
  return h("p", { class: "bp-sum bp-code" }, addends, `${rest} = ${paths.sum} = ${run.row[paths.target].bar}`);
}

/** @param {Stepping} steps @returns {Piece<StepperView> & { choose: HTMLElement }} */
function makePaths({ model, walk }) {
  const choice = makeSelect(WORDS.paths, (/** @type {string} */ input) => walk(input, 0));
  const walkOn = (/** @type {number} */ by) => walk(model.get("chosen"), model.get("path") + by);
  const back = makeButton(WORDS.pathBack, { onclick: () => walkOn(-1) });
  const next = makeButton(WORDS.pathNext, { onclick: () => walkOn(1) });
  const count = h("span", { class: "bp-count" });
  const body = h("div", { class: "bp-path" });
  const bar = h("div", { class: "bp-choose" }, count, back, next, choice.node);
  return { node: body, choose: bar, draw: ({ run, path, chosen, number }) => {
    const paths = run.paths[chosen];
    /** @type {[string, string][]} */
    const inputs = Object.entries(run.paths).map(([value, { target }]) => {
      const { name } = run.row[target];
      return [value, value === name ? value : `${value} (${name})`];
    });
    choice.draw([["", WORDS.chooseInput], ...inputs], paths ? chosen : "", true);
    back.hidden = next.hidden = !path;
    retire(back, number <= 0);
    retire(next, !paths || number >= paths.shown.length - 1);
    setText(count, path ? fillIn(WORDS.pathCount, { n: number + 1, count: paths.count })
      : paths ? WORDS.noPath : "");
    body.hidden = !path;
    body.replaceChildren(...(path ? [makePathTable(run, path), makePathSum(run, paths, number)] : []));
  } };
}
