// A question as a form: a text field or radio buttons, Check, Show me, and below them what Python says.

const FORM_PATIENCE = 6000; // an answer may run a learner's whole function
/** What was typed and said, by widget, so that a second view shows it too; kept nowhere else.
 * @type {Map<string, { answer?: string, said?: string, tries?: number }>} */
const memory = new Map();

/** `el` with words that Python has escaped, and marked up. @template {Element} E @param {E} el @param {string} html */
function fillMarkup(el, html) {
  el.innerHTML = html;
  return el;
}

/** @param {Model} model @param {string} labelId @param {string} answer */
function makeTextField(model, labelId, answer) {
  const node = h("input", {
    type: "text", class: "bpq-field", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    "aria-labelledby": labelId, placeholder: model.get("how"),
  });
  node.value = answer;
  return { node, read: () => node.value };
}

/** @param {Model} model @param {string} labelId @param {string} answer */
function makeRadioButtons(model, labelId, answer) {
  const buttons = model.get("options").map((value) =>
    h("input", { type: "radio", name: labelId, value, checked: value === answer }));
  const labels = model.get("options_html").map((html, i) => h("label", {}, buttons[i], fillMarkup(h("span"), html)));
  const node = h("div", { role: "radiogroup", class: "bpq-options", "aria-labelledby": labelId }, labels);
  return { node, read: () => buttons.find((button) => button.checked)?.value ?? "" };
}

function render(/** @type {Page} */ { model, el }) {
  const token = model.get("token");
  const saved = memory.get(token) ?? {};
  memory.set(token, saved);
  const labelId = `bpq-${Math.random().toString(36).slice(2)}`;
  const make = model.get("kind") === "choice" ? makeRadioButtons : makeTextField;
  const control = make(model, labelId, saved.answer ?? "");
  const said = h("div", { role: "status", "aria-live": "polite", class: "bpq-said" });
  const onclick = () => ask({ action: "show" });
  const show = h("button", { type: "button", title: "The answer, once you have tried", onclick }, "Show me");
  const buttons = h("span", { class: "bpq-buttons" }, h("button", { type: "submit" }, "Check"), show);
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    saved.answer = control.read();
    ask({ action: "check", answer: saved.answer });
  };
  const form = h("form", { class: "bpq", novalidate: "", onsubmit },
    fillMarkup(h("p", { id: labelId, class: "bpq-text" }), model.get("text")),
    h("div", { class: "bpq-line" }, control.node, buttons), said);
  const draw = () => {
    fillMarkup(said, saved.said ?? "");
    show.disabled = !saved.tries;
  };
  const wait = makeTimer(() => {
    said.textContent = "Python has not answered: it is busy, or not running. If no kernel runs, run this cell again.";
  });
  const ask = (/** @type {object} */ message) => {
    wait(isAlive({ model, el }) ? FORM_PATIENCE : 0);
    model.send(message);
  };
  const hear = (/** @type {{ said: string, tries: number }} */ { said, tries }) => {
    wait(null);
    Object.assign(saved, { said, tries });
    draw();
  };
  model.on("msg:custom", hear);
  const free = guardKeys(form);
  draw();
  el.append(form);
  return () => {
    free();
    wait(null);
    model.off("msg:custom", hear);
  };
}

const widget = { render };
