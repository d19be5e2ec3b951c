// A question as a form: a text field or radio buttons, Check, Hint, Show me, what Python says, and what comes out.

const FORM_PATIENCE = 6000; // an answer may run a learner's whole function

/** What was typed and said, by widget, so that a second view shows it too; kept nowhere else.
 * @type {Map<string, { typed?: string } & Partial<Reply>>} */
const memory = new Map();

/** `el` with words that Python has escaped, and marked up. @template {Element} E @param {E} el @param {string} html */
function fillMarkup(el, html) {
  el.innerHTML = html;
  return el;
}

/** What an answer is given with: a text field or radio buttons; a function is written, and checked, in the next cell.
 * @param {Model} model @param {string} labelId @param {string} typed */
function makeControl(model, labelId, typed) {
  const [kind, how, htmls] = [model.get("kind"), model.get("how"), model.get("options_html")];
  if (kind === "function") return h("p", { class: "bpq-note" }, how);
  if (kind !== "choice") return h("input", {
    type: "text", class: "bpq-field", name: "answer", value: typed, placeholder: how,
    autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-labelledby": labelId,
  });
  const buttons = model.get("options").map((value) =>
    h("input", { type: "radio", name: "answer", value, checked: value === typed }));
  return h("div", { role: "radiogroup", class: "bpq-options", "aria-labelledby": labelId },
    buttons.map((button, i) => h("label", {}, button, fillMarkup(h("span"), htmls[i]))));
}

function render(/** @type {Page} */ { model, el }) {
  const token = model.get("token");
  const saved = memory.get(token) ?? {};
  memory.set(token, saved);
  const labelId = `bpq-${Math.random().toString(36).slice(2)}`;
  const said = h("div", { role: "status", "aria-live": "polite", class: "bpq-said" });
  const body = h("div", { class: "bpq-reveal-body", tabindex: "0", role: "group", "aria-label": WORDS.reveal });
  const reveal = h("details", { class: "bpq-reveal" }, h("summary", {}, WORDS.reveal), body);
  const askFor = (/** @type {string} */ text, /** @type {string} */ action, /** @type {string} */ title) =>
    h("button", { type: "button", title, onclick: () => ask({ action }) }, text);
  const buttons = h("span", { class: "bpq-buttons" },
    model.get("kind") === "function" ? null : h("button", { type: "submit" }, WORDS.check),
    model.get("hints") ? askFor(WORDS.hint, "hint", WORDS.hintTitle) : null,
    askFor(WORDS.show, "show", WORDS.showTitle));
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    saved.typed = String(new FormData(form).get("answer") ?? "");
    ask({ action: "check", answer: saved.typed });
  };
  const form = h("form", { class: "bpq", novalidate: "", onsubmit },
    fillMarkup(h("p", { id: labelId, class: "bpq-text" }), model.get("text")),
    h("div", { class: "bpq-line" }, makeControl(model, labelId, saved.typed ?? ""), buttons), said);
  const draw = () => {
    fillMarkup(said, saved.said ?? "");
    if (!saved.answered || !model.get("reveal")) return;
    fillMarkup(body, model.get("reveal"));
    reveal.open ||= Boolean(saved.open);
    form.append(reveal); // what comes out is not in the page before the question is answered
  };
  const hear = (/** @type {Reply} */ reply) => {
    wait(null);
    Object.assign(saved, reply);
    draw();
  };
  const missPython = (/** @type {string} */ said) => hear({ said, answered: true, open: false });
  const wait = makeTimer(() => missPython(isAlive({ model, el }) ? WORDS.silent : WORDS.gone));
  const ask = (/** @type {object} */ message) => {
    wait(isAlive({ model, el }) ? FORM_PATIENCE : 0);
    try {
      model.send(message);
    } catch {
      missPython(WORDS.gone); // it has been shut down: nothing can be sent
    }
  };
  model.on("msg:custom", hear);
  model.on("change:reveal", draw);
  const free = guardKeys(form);
  draw();
  el.append(form);
  return () => {
    free();
    wait(null);
    model.off("msg:custom", hear);
    model.off("change:reveal", draw);
  };
}

const widget = { render };
