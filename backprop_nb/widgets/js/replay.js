// Replaying a run on numbers: what really happens where one node is moved a little.

/** Each operation of Python's table, as it computes numbers.
 * @type {Record<string, (x: number, y: number) => number>} */
const OPERATIONS = {
  add: (x, y) => x + y, sub: (x, y) => x - y, mul: (x, y) => x * y, div: (x, y) => x / y, neg: (x) => -x,
  pow: (x, y) => x ** y, square: (x) => x * x, sqrt: Math.sqrt, abs: Math.abs, sign: Math.sign,
  mod: (x, y) => (x % y && x % y < 0 !== y < 0 ? (x % y) + y : x % y),
  floordiv: (x, y) => Math.round((x - OPERATIONS.mod(x, y)) / y),
  exp: Math.exp, expm1: Math.expm1, log: Math.log, log2: Math.log2, log10: Math.log10, log1p: Math.log1p,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh,
  exp2: (x) => 2 ** x, cbrt: Math.cbrt, reciprocal: (x) => 1 / x, hypot: Math.hypot, arctan2: Math.atan2,
  fmod: (x, y) => x % y, floor: Math.floor, ceil: Math.ceil, trunc: Math.trunc,
  degrees: (x) => (x * 180) / Math.PI, radians: (x) => (x * Math.PI) / 180,
  logaddexp: (x, y) => Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
  sigmoid: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  step: (x) => (x > 0 ? 1 : 0), relu: (x) => Math.max(x, 0), maximum: Math.max, minimum: Math.min,
};

OPERATIONS.silu = (x, y) => x * OPERATIONS.sigmoid(x, y);

/** The value of every row once row `id` has grown by `by`, along the same way through the code; null where a row has an
 * operation of the learner's own, or arrays.
 * @param {Reading} run @param {string} id @param {number} by @returns {Record<string, number> | null} */
function replay({ rows }, id, by) {
  const values = /** @type {number[]} */ ([]);
  for (const [i, { x, op, args }] of rows.entries()) {
    const compute = OPERATIONS[op ?? ""];
    if (x == null || !args || (args.length && !compute)) return null;
    const [first, second] = args.map((arg) => (typeof arg === "number" ? values[arg] : arg[0]));
    const same = args.every((arg) => typeof arg !== "number" || values[arg] === rows[arg].x);
    values[i] = (same ? x : compute(first, second)) + (rows[i].id === id ? by : 0);
  }
  return Object.fromEntries(rows.map((row, i) => [row.id, values[i]]));
}
