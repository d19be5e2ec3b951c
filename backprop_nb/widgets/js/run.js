// Reading the run that Python told: what is known at which step, and what is lit.

// When does each thing become known? Positions count steps taken: 0 … forward + backward.
function readRun(run) {
  const ahead = run.forward.length;
  const read = { ...run, ahead, last: ahead + run.backward.length, row: new Map(), edge: new Map() };
  for (const row of run.rows) read.row.set(row.id, { ...row, valueAt: Infinity, inflows: [] });
  run.forward.forEach((step, i) => (read.row.get(step.row).valueAt = i + 1));
  run.backward.forEach((step, i) => {
    read.row.get(step.target).inflows.push({ ...step, at: ahead + i + 1 });
    if (step.edge) read.edge.set(step.edge, { ...step, at: ahead + i + 1 });
  });
  return read;
}

const DASH = "–";

function valueOf(run, row, p) {
  return p >= row.valueAt ? row.value : DASH;
}

// An input that nothing flows to has adjoint 0, but only the end of the sweep tells.
function adjointOf(run, row, p) {
  const sofar = row.inflows.filter((step) => step.at <= p);
  if (sofar.length) return sofar[sofar.length - 1].after;
  return p === run.last ? row.adjoint : DASH;
}

// "v₁ = log(v₋₁)" and "= 0.69" in one line; "v̄₅ = 1" says its number already.
function joined(step) {
  return step.line.endsWith(step.numbers) ? step.line : `${step.line} ${step.numbers}`;
}

// The step that was taken last: which node, edge and words are lit.
function present(run, p) {
  if (p === 0) return { target: null, formula: "", words: run.start };
  if (p <= run.ahead) {
    const step = run.forward[p - 1];
    return { target: step.row, formula: joined(step), words: step.words, math: step.math, cards: step.cards };
  }
  const step = run.backward[p - 1 - run.ahead];
  const { target, source, edge, words, math, cards } = step;
  return { target, source, edge, formula: joined(step), words, math, cards };
}

// The step that first gives a node its value, or, once all values are there, its adjoint: where a click leads.
function stepOf(run, id, p) {
  const row = run.row.get(id);
  return p >= run.ahead && row.inflows.length ? row.inflows[row.inflows.length - 1].at : row.valueAt;
}
