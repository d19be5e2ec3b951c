// Python in the page: what is typed is run, and the widgets that it makes are shown. Nothing leaves the page.
import { loadPyodide } from "./python/python.mjs";

/** @typedef {Record<string, any>} State */
/** @typedef {{ number: number, esm: string, css: string, state: State }} Sent what Python tells of a widget */

const EXAMPLES = {
  "the running example": `def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)

bp.widgets.stepper(f, x1=2, x2=5)`,
  "a loop": `def power(x, n):
    y = 1
    for _ in range(n):
        y = y * x
    return y

bp.widgets.stepper(power, x=1.5, n=range(1, 6))`,
  "two branches": `def bent(a, b):
    return a * b if a > 0 else a + b

bp.widgets.branches(bent, a=(-2, 2), b=3)`,
  "every way to a gradient": `def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)

bp.record(f, x1=2, x2=5).table()`,
  "a question": `bp.exercises.ask("04-b")`,
};

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const code = /** @type {HTMLTextAreaElement} */ (find("code"));
const example = /** @type {HTMLSelectElement} */ (find("example"));
const [out, said] = [find("out"), find("said")];
const say = (/** @type {string} */ text) => said.replaceChildren(text);
/** @type {Map<number, ReturnType<typeof makeModel>>} */
const models = new Map();
/** @type {any} */
let python;
/** @type {any} */
let trying;

/** The model of a widget whose other half is in Python. @param {number} number @param {State} state */
function makeModel(number, state) {
  const listeners = /** @type {Map<string, Set<(...given: any[]) => void>>} */ (new Map());
  const changed = /** @type {Set<string>} */ (new Set());
  const fire = (/** @type {string} */ name, /** @type {any[]} */ ...given) =>
    [...(listeners.get(name) ?? [])].forEach((listener) => void listener(...given));
  const put = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (JSON.stringify(state[name]) === JSON.stringify(value)) return false;
    state[name] = value;
    fire(`change:${name}`);
    return true;
  };
  // Later, as with a kernel: Python must not answer before the page is done with the event.
  const tell = (/** @type {string} */ kind, /** @type {unknown} */ content) =>
    void setTimeout(() => trying.hear(number, kind, JSON.stringify(content)));
  return {
    fire,
    put,
    get: (/** @type {string} */ name) => state[name],
    set(/** @type {string} */ name, /** @type {unknown} */ value) {
      if (put(name, value)) changed.add(name);
    },
    save_changes() {
      if (changed.size) tell("state", Object.fromEntries([...changed].map((name) => [name, state[name]])));
      changed.clear();
    },
    send: (/** @type {unknown} */ content) => tell("message", content),
    on: (/** @type {string} */ name, /** @type {() => void} */ listener) =>
      void listeners.set(name, (listeners.get(name) ?? new Set()).add(listener)),
    off: (/** @type {string} */ name, /** @type {() => void} */ listener) => void listeners.get(name)?.delete(listener),
  };
}

/** What Python tells of a widget: new values, or a message. */
function hearPython(/** @type {number} */ number, /** @type {string} */ kind, /** @type {string} */ text) {
  const [model, content] = [models.get(number), JSON.parse(text)];
  if (kind === "message") model?.fire("msg:custom", content);
  else for (const [name, value] of Object.entries(content)) model?.put(name, value);
}

async function start() {
  say("Loading Python …");
  const packed = fetch(new URL("python/try.zip", import.meta.url)).then((answer) => answer.arrayBuffer());
  const loaded = await loadPyodide();
  loaded.unpackArchive(await packed, "zip");
  loaded.pyimport("anywidget").AnyWidget.page_tell = hearPython;
  loaded.pyimport("backprop_nb.widgets.stepping"); // now, while the reader reads
  trying = loaded.pyimport("trying");
  python = loaded;
  say("Python is here.");
}

/** @param {Sent} sent */
async function showWidget({ number, esm, css, state }) {
  const [style, el] = [document.createElement("style"), document.createElement("div")];
  style.textContent = css;
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const model = makeModel(number, state);
  models.set(number, model);
  out.replaceChildren(style, el);
  widget.initialize?.({ model });
  widget.render({ model, el });
}

/** @param {{ widget?: string, html?: string, text?: string, error?: string }} answer */
async function show({ widget, html, text, error }) {
  models.clear();
  if (widget) return showWidget(JSON.parse(widget));
  const node = document.createElement(html ? "div" : "pre");
  if (html) node.innerHTML = html; // pictures and tables by the package, which escapes every name
  else node.textContent = error ?? text ?? "";
  node.classList.toggle("wrong", error !== undefined);
  out.replaceChildren(node);
}

const loading = start();
loading.catch((error) => say(`Python did not load: ${error.message}`));

async function run() {
  history.replaceState(null, "", `#${encodeURIComponent(code.value)}`); // so that nothing typed is lost
  await loading;
  if (/^\s*(import|from)\s/m.test(code.value)) await python.loadPackagesFromImports(code.value, { messageCallback: say });
  say("Running …");
  await new Promise((done) => setTimeout(done)); // so that this is seen
  const started = performance.now();
  const answer = JSON.parse(trying.run(code.value));
  await show(answer);
  say(answer.error === undefined ? `Ran in ${Math.round(performance.now() - started)} ms.` : "That did not run.");
}

example.append(...Object.keys(EXAMPLES).map((name) => new Option(name)));
example.addEventListener("change", () => {
  code.value = EXAMPLES[/** @type {keyof typeof EXAMPLES} */ (example.value)];
});
code.value = decodeURIComponent(location.hash.slice(1)) || EXAMPLES["the running example"];
code.addEventListener("keydown", (event) => void (event.key === "Enter" && (event.ctrlKey || event.metaKey) && run()));
const LOST = "Python has stopped in this page. Reload it: what you typed is kept in its address.";
find("run").addEventListener("click", run);
addEventListener("unhandledrejection", (event) => void (/fatal|call stack/.test(String(event.reason)) && say(LOST)));
find("link").addEventListener("click", async () => {
  history.replaceState(null, "", `#${encodeURIComponent(code.value)}`);
  await navigator.clipboard?.writeText(location.href).then(() => say("The link is on the clipboard."), () => say("The link is in the address bar."));
});
