// Inputs that Python computes on: a slider and a number field for each, and what there is to say about them.

/** @param {Control} control @param {(value: number) => void} change is told what the learner chose */
function makeSlider({ name, min, max, step, kind }, change) {
  const range = h("input", { type: "range", class: "bp-range", "aria-label": name, min, max, step });
  const field = h("input", { type: "number", class: "bp-number", "aria-label": `${name}, as a number`, step: "any" });
  const read = (/** @type {HTMLInputElement} */ el) => {
    const value = parseFloat(el.value);
    if (Number.isFinite(value)) change(kind === "integer" ? Math.round(value) : value);
  };
  range.addEventListener("input", () => read(range));
  field.addEventListener("change", () => read(field));
  const node = h("label", { class: "bp-control" }, h("span", { class: "bp-code" }, `${name} =`), range, field);
  return { name, node, draw: (/** @type {number} */ value, /** @type {boolean} */ alive) => {
    if (parseFloat(range.value) !== value) range.value = String(value);
    if (document.activeElement !== field || parseFloat(field.value) !== value) field.value = String(value);
    range.disabled = field.disabled = !alive;
  } };
}

/** The sliders, and below them why they rest, that Python takes long, or what went wrong.
 * @param {Context} ctx @param {string} works @param {string} result what needs no Python, and what does
 * @param {...Child} others */
function makeInputs({ model, isAlive, redraw }, works, result, ...others) {
  let late = false;
  const wait = makeTimer(() => {
    late = true;
    redraw();
  });
  const sliders = model.get("controls").map((control) => makeSlider(control, (value) => {
    model.set("inputs", { ...model.get("inputs"), [control.name]: value });
    model.save_changes(); // ipywidgets sends the latest when Python is free: slow functions build no queue
    wait(PATIENCE);
  }));
  const resting = h("p", { class: "bp-note" },
    `${works} here. Changing an input needs a running kernel, because Python computes ${result} again.`);
  const silent = h("p", { class: "bp-note", role: "status" },
    `Python has not answered yet: it is busy, or its kernel has stopped. ${works} all the same.`);
  const failure = h("p", { class: "bp-error", role: "alert" });
  const row = h("div", { class: "bp-inputs" }, sliders.map((slider) => slider.node), others);
  return { node: h("div", {}, row, resting, silent, failure), draw: () => {
    const [inputs, heard, alive] = [model.get("inputs"), model.get("heard"), isAlive()];
    late &&= Object.entries(inputs).some(([name, value]) => heard[name] !== value);
    for (const slider of sliders) slider.draw(inputs[slider.name], alive);
    resting.hidden = alive || !sliders.length;
    silent.hidden = !late || !alive;
    say(failure, model.get("error"));
  } };
}
