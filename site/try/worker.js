// Python in a thread of its own, so that the page can stop what has no end.
import { loadPyodide } from "./python/python.mjs";

const tell = (/** @type {number} */ number, /** @type {string} */ kind, /** @type {string} */ text) =>
  postMessage({ number, kind, text });

async function start() {
  const packed = fetch(new URL("python/try.zip", import.meta.url)).then((answer) => answer.arrayBuffer());
  const python = await loadPyodide();
  python.unpackArchive(await packed, "zip");
  python.pyimport("anywidget").AnyWidget.page_tell = tell;
  python.pyimport("backprop_nb.widgets.stepping"); // now, while the reader reads
  return { python, trying: python.pyimport("trying") };
}

const started = start();
const loaded = (/** @type {string} */ text) => postMessage({ kind: "loaded", text });
started.then(() => loaded("Python is here."), (error) => loaded(`Python did not load: ${error.message}`));

addEventListener("message", async ({ data: { source, number, kind, text } }) => {
  try {
    const { python, trying } = await started;
    if (/^\s*(import|from)\s/m.test(source)) await python.loadPackagesFromImports(source);
    if (source) postMessage({ kind: "answer", started: Date.now(), text: trying.run(source) });
    else postMessage({ kind: "heard", text: trying.hear(number, kind, text) });
  } catch (error) {
    postMessage({ kind: "lost", text: String(error).slice(0, 200) });
  }
});
