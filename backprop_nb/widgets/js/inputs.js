// Inputs that Python computes on: a slider and a text field for each, and what there is to say about them.

/** @param {Control} control @param {(value: number) => void} change is told what the slider says
 * @param {(text: string) => void} type is told what was typed, for Python to read */
function makeSlider({ name, min, max, step, kind }, change, type) {
  const range = h("input", { type: "range", class: "bp-range", "aria-label": name, min, max, step });
  const field = h("input", { type: "text", class: "bp-number", "aria-label": fillIn(WORDS.typed, { name }),
    inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
  let [typed, shown] = [false, NaN]; // what was typed stays as it is, while its number is the one that counts
  range.addEventListener("input", () => {
    typed = false;
    const value = parseFloat(range.value);
    change(kind === "integer" ? Math.round(value) : value);
  });
  field.addEventListener("change", () => {
    typed = true;
    type(field.value);
  });
  const node = h("label", { class: "bp-control" }, h("span", { class: "bp-code" }, `${name} =`), range, field);
  return { name, node, draw: (/** @type {number} */ value, /** @type {boolean} */ alive) => {
    if (parseFloat(range.value) !== value) range.value = String(value);
    if (value !== shown && !typed) field.value = write(value);
    if (value !== shown) typed = false;
    shown = value;
    range.disabled = field.disabled = !alive;
  } };
}

/** The sliders; in `status`, why they rest, that Python computes or takes long, or what went wrong; and `ask`, which
 * has Python do something else: it echoes a question's token as `answered`.
 * @param {Context} ctx @param {string} works what needs no Python @param {...Child} others */
function makeInputs({ model, isAlive, redraw }, works, ...others) {
  let asked = "";
  const patience = makePatience(fillIn(WORDS.silentInputs, { works }), redraw);
  /** @type {Ask} */
  const ask = (action, details = {}) => {
    asked = Math.random().toString(36).slice(2);
    model.send({ action, ...details, token: asked });
    patience.begin();
  };
  const sliders = model.get("controls").map((control) => makeSlider(control, (value) => {
    model.set("inputs", { ...model.get("inputs"), [control.name]: value });
    model.save_changes(); // ipywidgets sends the latest when Python is free: slow functions build no queue
    patience.begin();
  }, (text) => ask("type", { name: control.name, text })));
  const resting = h("p", { class: "bp-note" }, fillIn(WORDS.resting, { works }));
  const failure = h("p", { class: "bp-error", role: "alert" });
  const status = h("div", { class: "bp-status" }, resting, patience.node, failure);
  const row = h("div", { class: "bp-inputs" }, sliders.map((slider) => slider.node), others);
  return { node: h("div", { class: "bp-given" }, row, status), status, ask, draw: () => {
    const [inputs, heard, alive] = [model.get("inputs"), model.get("heard"), isAlive()];
    const due = (asked !== "" && asked !== model.get("answered"))
      || Object.entries(inputs).some(([name, value]) => heard[name] !== value);
    for (const slider of sliders) slider.draw(inputs[slider.name], alive);
    resting.hidden = alive || !sliders.length;
    patience.draw(due && alive);
    say(failure, model.get("error"));
  } };
}
