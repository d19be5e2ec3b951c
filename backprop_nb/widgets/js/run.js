// Reading the run that Python told: what is known at which step, and what is lit.

/** @typedef {ReturnType<typeof readRun>} Reading */
/** @typedef {Reading["row"][string]} ReadRow */

/** What was told, with what another telling has otherwise. @template T
 * @param {T} told @param {Difference[string] | undefined} other @returns {T} */
function overlay(told, other) {
  if (other == null) return told;
  if (!told || typeof told !== "object") return /** @type {T} */ (other);
  const known = /** @type {Difference} */ (other);
  const parts = Object.entries(told).map(([key, part]) => [key, overlay(part, known[key])]);
  return /** @type {T} */ (Array.isArray(told) ? parts.map(([, part]) => part) : Object.fromEntries(parts));
}

/** When does each thing become known? Positions count steps taken: 0 … forward + backward.
 * @param {Run} told @param {boolean} inNotes with the notes' names for the inputs */
function readRun(told, inNotes) {
  const run = inNotes ? overlay(told, told.inNotes) : told;
  const ahead = run.forward.length;
  const rows = run.rows.map((row, i) => ({ ...row, caption: row.caption || row.formula, valueAt: i + 1,
    inflows: /** @type {ReadStep[]} */ ([]), outflows: /** @type {ReadStep[]} */ ([]) }));
  const row = Object.fromEntries(rows.map((row) => [row.id, row]));
  const forward = run.forward.map((step, i) => ({ ...step, at: i + 1, words: tellValue(run, i) }));
  const backward = run.backward.map((step, i) => ({ ...step, at: ahead + i + 1, ...tellAdjoint(row, step) }));
  for (const step of backward) {
    row[step.target].inflows.push(step);
    if (step.source) row[step.source].outflows.push(step);
  }
  const edge = Object.fromEntries(backward.map((step) => [step.edge, step]));
  const steps = [...forward, ...backward];
  return { ...run, told, asNotes: inNotes, forward, backward, steps, ahead, last: steps.length, rows, row, edge };
}

/** A line of the forward sweep in words: what is computed, and from what. @param {Run} run @param {number} i */
function tellValue({ rows, title }, i) {
  const call = (/** @type {RunRow} */ { name, value, shape }) =>
    shape == null ? `${name} = ${value}` : `${name} ${shape}`.trim();
  const row = rows[i];
  const operands = new Set(row.args.flatMap((arg) => (typeof arg === "number" ? call(rows[arg]) : [])));
  const [formula, result, joined] = [row.formula, call(row), [...operands].join(WORDS.and)];
  const words = row.label ? fillIn(WORDS.input, { formula })
    : operands.size ? fillIn(operands.size === 1 ? WORDS.gives : WORDS.give, { operands: joined, result })
    : fillIn(WORDS.plain, { name: row.name, title });
  const known = i === rows.length - 1 ? ` ${fillIn(WORDS.known, { title, value: row.value })}` : "";
  return `${words}${known}${row.kept ? ` ${fillIn(WORDS.kept, { kept: row.kept })}` : ""}`;
}

/** A line of the reverse sweep in words: who hands what to whom; its numbers are "= 5 + 1 × 0.5 = 5.5".
 * @param {Record<string, RunRow>} row @param {BackwardStep} step */
function tellAdjoint(row, { source, target, numbers, words, contribution, product, partial, formula, local }) {
  const [from, to, sum] = [row[source ?? ""], row[target], numbers.slice(2).split(" = ")];
  const after = sum[sum.length - 1];
  if (!from) return { words: fillIn(WORDS.seed, to), after, contribution: after, partial: "", product: "" };
  if (words) return { words, after, contribution: contribution ?? after, partial: partial ?? "", product };
  const [addend, before] = sum[0].split(" + ").reverse();
  const handed = contribution ?? after;
  const value = formula == null ? local : `${formula} = ${local}`;
  return { after, product: addend, contribution: handed, partial: `∂${from.name}/∂${to.name} = ${value}`,
    words: fillIn(before == null ? WORDS.hands : WORDS.adds,
      { from: from.name, to: to.name, addend, handed, before, after }) };
}

/** @param {ReadRow} row @param {number} p */
const valueAt = (row, p) => (p >= row.valueAt ? row.value : DASH);

/** An input that nothing flows to has adjoint 0, but only the end of the sweep tells.
 * @param {Reading} run @param {ReadRow} row @param {number} p */
function adjointAt(run, row, p) {
  const last = row.inflows.findLast((step) => step.at <= p);
  return last ? last.after : p === run.last ? row.adjoint : DASH;
}

/** Which picture shows a step: that of the row that is computed, or that hands on.
 * @param {Reading} run @param {Lit} lit @param {Walked | null} path @returns {number} */
function pageOf(run, lit, path) {
  const row = run.row[path?.nodes[0] ?? lit.source ?? lit.target ?? ""];
  return row ? Math.floor((row.valueAt - 1) / run.page) : 0;
}

/** The step that was taken last: which node, edge and words are lit.
 * @param {Reading} run @param {number} p @returns {Lit} */
function presentAt(run, p) {
  if (p === 0) return { formula: "", words: run.start };
  const step = run.steps[p - 1];
  // "v₁ = log(v₋₁)" and "= 0.69" in one line; "v̄₅ = 1" says its number already.
  return { ...step, formula: step.line.endsWith(step.numbers) ? step.line : `${step.line} ${step.numbers}` };
}
