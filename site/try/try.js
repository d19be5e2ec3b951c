// What is typed is run by the Python of worker.js, and the widgets that it makes are shown. Nothing leaves the page.

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const code = /** @type {HTMLTextAreaElement} */ (find("code"));
const example = /** @type {HTMLSelectElement} */ (find("example"));
const stop = /** @type {HTMLButtonElement} */ (find("stop"));
const [out, said] = [find("out"), find("said")];
const say = (/** @type {string} */ text) => said.replaceChildren(text);
/** @type {Map<number, ReturnType<typeof makeModel>>} */
const models = new Map();
/** @type {Worker} */
let python;
let asked = 0; // of Python, and not yet answered

/** The model of a widget whose other half is in Python. @param {number} number @param {Record<string, any>} state */
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
  const maker = python; // a Python that was stopped hears no more
  const tell = (/** @type {string} */ kind, /** @type {unknown} */ content) => {
    if (maker === python) ask({ number, kind, text: JSON.stringify(content) });
    else say("The Python behind this was stopped: press Run.");
  };
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

/** @param {Record<string, unknown>} message a source to run, or what a widget tells */
function ask(message) {
  asked += 1;
  stop.disabled = false;
  python.postMessage(message);
}

/** A Python that knows nothing yet; one that was there ends. */
function start(/** @type {string} */ why) {
  python?.terminate();
  python = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  python.onmessage = hearPython;
  asked = 0;
  say(`${why} Loading Python …`);
}

/** What Python tells: it is there, an answer, or of a widget new values or a message. */
function hearPython(/** @type {MessageEvent} */ { data: { kind, number, text, started } }) {
  const model = models.get(number);
  if (kind === "message") model?.fire("msg:custom", JSON.parse(text));
  if (kind === "state") for (const [name, value] of Object.entries(JSON.parse(text))) model?.put(name, value);
  if (kind === "lost") start(`Python has stopped: ${text}.`);
  if (kind === "loaded") say(asked ? "Running …" : text);
  if (kind === "answer") show(JSON.parse(text), started);
  if (kind === "answer" || kind === "heard") asked -= 1;
  stop.disabled = !asked;
}

/** @param {{ number: number, esm: string, css: string, state: Record<string, any> }} sent */
async function showWidget({ number, esm, css, state }) {
  const [style, el] = [document.createElement("style"), document.createElement("div")];
  style.textContent = css;
  const { default: widget } = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
  const model = makeModel(number, state);
  models.set(number, model);
  out.replaceChildren(style, el);
  widget.initialize?.({ model });
  widget.render({ model, el });
}

/** @param {{ widget?: string, html?: string, text?: string, error?: string }} answer @param {number} started */
function show({ widget, html, text, error }, started) {
  models.clear();
  say(error === undefined ? `Ran in ${Date.now() - started} ms.` : "That did not run.");
  if (widget) return showWidget(JSON.parse(widget));
  const node = document.createElement(html ? "div" : "pre");
  if (html) node.innerHTML = html; // pictures and tables by the package, which escapes every name
  else node.textContent = error ?? text ?? "";
  node.classList.toggle("wrong", error !== undefined);
  out.replaceChildren(node);
}

function run() {
  history.replaceState(null, "", `#${encodeURIComponent(code.value)}`); // so that nothing typed is lost
  say("Running …");
  ask({ source: code.value });
}

example.addEventListener("change", () => {
  code.value = example.value;
});
code.value = decodeURIComponent(location.hash.slice(1)) || example.value;
code.addEventListener("keydown", (event) => void (event.key === "Enter" && (event.ctrlKey || event.metaKey) && run()));
find("run").addEventListener("click", run);
stop.addEventListener("click", () => start("Stopped."));
find("link").addEventListener("click", async () => {
  history.replaceState(null, "", `#${encodeURIComponent(code.value)}`);
  await navigator.clipboard?.writeText(location.href).then(() => say("The link is on the clipboard."), () => say("The link is in the address bar."));
});
start("");
