// Pyodide from where it is served (python3 -m backprop_nb site --pyodide …), and viz-js, which draws for it.
import { instance } from "./viz.js";

const base = import.meta.url.replace(/[^/]*$/, "");
const served = new URL("./", base).href;

export async function loadPyodide(options = {}) {
  const { loadPyodide: load } = await import(`${served}pyodide.mjs`);
  const ours = { indexURL: served, lockFileURL: `${base}pyodide-lock.json`, packageBaseUrl: base };
  const [python, viz] = await Promise.all([load({ ...options, ...ours }), instance()]);
  globalThis.backpropDraw = (dot) => viz.render(dot, { format: "svg", engine: "dot" }).output ?? "";
  return python;
}
