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
function makeInputs(ctx, works, ...others) {
  const { model, isAlive } = ctx;
  let asked = "";
  const told = makeStatus(ctx, model.get("controls").length ? fillIn(WORDS.resting, { works }) : "",
    fillIn(WORDS.silentInputs, { works }));
  /** @type {Ask} */
  const ask = (action, details = {}) => {
    asked = Math.random().toString(36).slice(2);
    model.send({ action, ...details, token: asked });
    told.begin();
  };
  const sliders = model.get("controls").map((control) => makeSlider(control, (value) => {
    model.set("inputs", { ...model.get("inputs"), [control.name]: value });
    model.save_changes(); // ipywidgets sends the latest when Python is free: slow functions build no queue
    told.begin();
  }, (text) => ask("type", { name: control.name, text })));
  const status = h("div", { class: "bp-status" }, told.nodes);
  const row = h("div", { class: "bp-inputs" }, sliders.map((slider) => slider.node), others);
  return { node: h("div", { class: "bp-given" }, row, status), status, ask, draw: () => {
    const [inputs, heard, alive] = [model.get("inputs"), model.get("heard"), isAlive()];
    const isDue = (asked !== "" && asked !== model.get("answered"))
      || Object.entries(inputs).some(([name, value]) => heard[name] !== value);
    for (const slider of sliders) slider.draw(inputs[slider.name], alive);
    told.draw(isDue, model.get("error"));
  } };
}
