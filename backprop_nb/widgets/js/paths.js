// Walking the paths from the output to one input: each is an addend of the chain rule.

// The listed path that a number means: beyond an end, that end.
function clampPath(run, chosen, number) {
  return Math.max(0, Math.min(number, (run.paths[chosen]?.shown.length ?? 1) - 1));
}

// What to light and say for the path that is walked; null when none is.
function chosenPath(run, chosen, number) {
  const paths = run.paths[chosen];
  if (!paths || !paths.shown.length) return null;
  const shown = paths.shown[number];
  const target = run.row.get(paths.target);
  const [from, to] = [run.row.get(run.output).name, target.name];
  const words = `Path ${number + 1} of ${paths.count} from ${from} to ${to} contributes ${shown.contribution} to ${target.bar}.`;
  return { ...shown, title: shown.nodes.map((id) => run.row.get(id).name).join(" → "), words };
}

function pathTable(run, path) {
  const line = (...cells) => h("tr", {}, cells.map((cell, i) => h(i ? "td" : "th", i ? {} : { scope: "row" }, cell)));
  const hops = path.edges.map((edge, i) => {
    const [from, to] = [run.row.get(path.nodes[i]).name, run.row.get(path.nodes[i + 1]).name];
    return line(`${from} → ${to}`, `× ${run.edge.get(edge).local}`, path.products[i]);
  });
  const head = h("tr", {}, ["edge", "local partial", "product so far"].map((text) => h("th", { scope: "col" }, text)));
  const start = line(`start at ${run.row.get(path.nodes[0]).name}`, "", "1");
  return h("table", { class: "bp-code" }, h("thead", {}, head), h("tbody", {}, start, hops));
}

// "0.5 + 5 = 5.5 = v̄₋₁", the path that is walked in bold.
function pathSum(run, paths, number) {
  const bar = run.row.get(paths.target).bar;
  const hidden = String(paths.shown.length) !== paths.count;
  const addends = paths.shown.flatMap((path, i) => {
    const text = i && path.contribution.startsWith("-") ? `(${path.contribution})` : path.contribution;
    return [i ? " + " : "", h(i === number ? "strong" : "span", {}, text)];
  });
  const rest = hidden ? ` + … (${paths.count} paths in all, the first ${paths.shown.length} listed)` : "";
  return [...addends, `${rest} = ${paths.sum} = ${bar}`];
}

function makePaths(ctx) {
  const choose = h("select", { class: "bp-select", onchange: () => ctx.walk(choose.value, 0) });
  const walk = (by) => ctx.walk(choose.value, ctx.model.get("path") + by);
  const back = h("button", { type: "button", class: "bp-button", onclick: () => walk(-1) }, "◂ Path");
  const next = h("button", { type: "button", class: "bp-button", onclick: () => walk(1) }, "Path ▸");
  const count = h("span", { class: "bp-count" });
  const body = h("div", { class: "bp-path" });
  let options = "";
  const build = (run) => {
    const items = Object.entries(run.paths).map(([name, { target }]) =>
      h("option", { value: name }, `${name} (${run.row.get(target).name})`));
    choose.replaceChildren(h("option", { value: "" }, "choose an input"), ...items);
  };
  const draw = ({ run, path, chosen, number }) => {
    const names = JSON.stringify(Object.keys(run.paths));
    if (options !== names) build(run);
    options = names;
    choose.value = run.paths[chosen] ? chosen : "";
    const paths = run.paths[choose.value];
    back.hidden = next.hidden = !path;
    retire(back, number <= 0);
    retire(next, !paths || number >= paths.shown.length - 1);
    setText(count, path ? `path ${number + 1} of ${paths.count}` : paths ? "no path leads there: its adjoint is 0" : "");
    const sum = path && h("p", { class: "bp-sum bp-code" }, pathSum(run, paths, number));
    body.replaceChildren(...(path ? [pathTable(run, path), sum] : []));
  };
  const label = h("label", {}, "Walk the paths to ", choose);
  return { node: h("section", { class: "bp-paths" }, h("div", { class: "bp-choose" }, label, back, next, count), body), draw };
}
