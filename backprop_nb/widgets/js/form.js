// A question as a form: a text field or radio buttons, Check, Show me, and below them what Python says.

const PATIENCE = 6000; // milliseconds until the learner is told that Python has not answered
const memory = new Map(); // widget → what was typed and said, so that a second view shows it too; kept nowhere else
let count = 0;

function h(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "html") el.innerHTML = value; // only ever words that Python has escaped
    else if (value !== false) el.setAttribute(name, value);
  }
  el.append(...children);
  return el;
}

// JupyterLab takes arrows, Enter and letters for itself unless an ancestor carries its attribute; while a modifier is
// held the attribute goes, so that Shift+Enter still runs the cell and Ctrl+S saves.
function keepKeys(root) {
  const guard = (on) => root.toggleAttribute("data-lm-suppress-shortcuts", on);
  const held = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  guard(true);
  root.addEventListener("keydown", (event) => {
    guard(!held(event));
    if (!held(event)) event.stopPropagation();
  });
  root.addEventListener("keyup", (event) => guard(!held(event)));
  root.addEventListener("focusout", () => guard(true));
}

function textField(model, labelId, saved) {
  const field = h("input", {
    type: "text", class: "bpq-field", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    "aria-labelledby": labelId, placeholder: model.get("how"),
  });
  field.value = saved.answer ?? "";
  return { nodes: [field], read: () => field.value, first: field };
}

function radioButtons(model, labelId, saved) {
  const group = h("div", { role: "radiogroup", class: "bpq-options", "aria-labelledby": labelId });
  const buttons = model.get("options").map((option, i) => {
    const button = h("input", { type: "radio", name: labelId, value: option });
    button.checked = saved.answer === option;
    group.append(h("label", {}, button, h("span", { html: model.get("options_html")[i] })));
    return button;
  });
  return { nodes: [group], read: () => buttons.find((button) => button.checked)?.value ?? "", first: buttons[0] };
}

function render({ model, el }) {
  const token = model.get("token");
  if (!memory.has(token)) memory.set(token, {});
  const saved = memory.get(token);
  const labelId = `bpq-${(count += 1)}-${Math.random().toString(36).slice(2, 8)}`;
  const control = (model.get("kind") === "choice" ? radioButtons : textField)(model, labelId, saved);
  const said = h("div", { role: "status", "aria-live": "polite", class: "bpq-said", html: saved.said ?? "" });
  const check = h("button", { type: "submit" }, "Check");
  const show = h("button", { type: "button", title: "The answer, once you have tried" }, "Show me");
  show.disabled = !saved.tries;
  const form = h("form", { class: "bpq", novalidate: "" },
    h("p", { id: labelId, class: "bpq-text", html: model.get("text") }),
    h("div", { class: "bpq-line" }, ...control.nodes, h("span", { class: "bpq-buttons" }, check, show)), said);

  let waiting;
  const ask = (message) => {
    clearTimeout(waiting);
    const gone = el.closest(".jupyter-widgets-disconnected");
    waiting = setTimeout(() => {
      said.textContent = "Python has not answered: it is busy, or not running. If no kernel runs, run this cell again.";
    }, gone ? 0 : PATIENCE);
    model.send(message);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saved.answer = control.read();
    ask({ action: "check", answer: saved.answer });
  });
  show.addEventListener("click", () => ask({ action: "show" }));
  const heard = (message) => {
    clearTimeout(waiting);
    Object.assign(saved, { said: message.said, tries: message.tries });
    said.innerHTML = message.said;
    show.disabled = !message.tries;
  };
  model.on("msg:custom", heard);
  keepKeys(form);
  el.append(form);
  return () => {
    clearTimeout(waiting);
    model.off("msg:custom", heard);
  };
}

export default { render };
