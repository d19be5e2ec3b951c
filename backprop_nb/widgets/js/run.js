// Reading the run that Python told: what is known at which step, and what is lit.

/** @typedef {ReturnType<typeof readRun>} Reading */
/** @typedef {Reading["row"][string]} ReadRow */

/** What was told, with what another telling has otherwise. @template T
 * @param {T} told @param {Difference[string] | undefined} other @returns {T} */
function overlay(told, other) {
  if (other == null) return told;
  const known = /** @type {Difference} */ (other);
  const parts = Object.entries(told ?? {}).map(([key, part]) => [key, overlay(part, known[key])]);
  if (Array.isArray(told)) return /** @type {T} */ (parts.map(([, part]) => part));
  return /** @type {T} */ (typeof told === "object" ? Object.fromEntries(parts) : other);
}

/** When does each thing become known? Positions count steps taken: 0 … forward + backward.
 * @param {Run} told @param {boolean} inNotes with the notes' names for the inputs */
function readRun(told, inNotes) {
  const run = inNotes ? overlay(told, told.inNotes) : told;
  const ahead = run.forward.length;
  const forward = run.forward.map((step, i) => ({ ...step, at: i + 1 }));
  const backward = run.backward.map((step, i) => ({ ...step, at: ahead + i + 1 }));
  const rows = run.rows.map((row, i) =>
    ({ ...row, valueAt: i + 1, inflows: backward.slice(0, 0), outflows: backward.slice(0, 0) }));
  const row = Object.fromEntries(rows.map((row) => [row.id, row]));
  for (const step of backward) row[step.target].inflows.push(step);
  for (const step of backward) if (step.source) row[step.source].outflows.push(step);
  const edge = Object.fromEntries(backward.map((step) => [step.edge, step]));
  return { ...run, told, asNotes: inNotes, forward, backward, ahead, last: ahead + backward.length, rows, row, edge };
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
 * @param {Reading} run @param {Lit} lit @param {Path | null} path @returns {number} */
function pieceOf(run, lit, path) {
  const row = run.row[path?.nodes[0] ?? lit.source ?? lit.target ?? ""];
  return row ? Math.floor((row.valueAt - 1) / run.piece) : 0;
}

/** The step that was taken last: which node, edge and words are lit.
 * @param {Reading} run @param {number} p @returns {Lit} */
function presentAt(run, p) {
  if (p === 0) return { formula: "", words: run.start };
  const step = p <= run.ahead ? run.forward[p - 1] : run.backward[p - 1 - run.ahead];
  // "v₁ = log(v₋₁)" and "= 0.69" in one line; "v̄₅ = 1" says its number already.
  return { ...step, formula: step.line.endsWith(step.numbers) ? step.line : `${step.line} ${step.numbers}` };
}
