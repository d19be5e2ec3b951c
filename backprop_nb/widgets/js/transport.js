// The buttons of the stepper: where in the run, how fast, how large, and what there is to say about it.

const SPEEDS = [0.5, 1, 2, 5];

/** @param {Stepping} steps @param {(by: number) => void} zoom @returns {Piece<StepperView>} */
function makeTransport({ model, set, go, step, play }, zoom) {
  /** @type {(name: string, text: string, act: () => void) => HTMLElement} */
  const make = (name, text, act) => makeButton(text, { class: `bp-button bp-${name}`, onclick: act });
  const start = make("start", WORDS.start, () => go(0));
  const back = make("back", WORDS.back, () => step(-1));
  const toggle = make("play", "", play);
  const next = make("next", WORDS.next, () => step(1));
  const end = make("end", WORDS.end, () => go(Infinity));
  const progress = h("input", { type: "range", class: "bp-progress", min: 0, step: 1, "aria-label": WORDS.step,
    oninput: () => go(parseInt(progress.value, 10)) });
  const where = h("output", { class: "bp-where" });
  const faster = () => set("speed", SPEEDS[(SPEEDS.indexOf(model.get("speed")) + 1) % SPEEDS.length]);
  const speed = make("speed", "", faster);
  const bar = { class: "bp-transport", role: "toolbar", "aria-orientation": "vertical", "aria-label": WORDS.steps };
  const node = h("div", bar,
    h("div", { class: "bp-buttons" }, start, back, toggle, next, end),
    h("div", { class: "bp-track" }, progress, where),
    h("div", { class: "bp-buttons" }, speed, make("zoom", "−", () => zoom(0.8)), make("zoom", WORDS.fit, () => zoom(0)),
      make("zoom", "+", () => zoom(1.25))));
  return { node, draw: ({ run, p }) => {
    const text = p === 0 ? fillIn(WORDS.allSteps, run)
      : p <= run.ahead ? fillIn(WORDS.forwardStep, { p, last: run.ahead })
      : fillIn(WORDS.backwardStep, { p: p - run.ahead, last: run.last - run.ahead });
    furnish(progress, { max: run.last, "aria-valuetext": text });
    progress.value = String(p);
    setText(where, text);
    setText(toggle, model.get("playing") ? WORDS.pause : WORDS.play);
    for (const button of [start, back]) retire(button, p === 0);
    for (const button of [next, end]) retire(button, p === run.last);
    setText(speed, fillIn(WORDS.speed, { speed: model.get("speed") }));
  } };
}

/** One line that is always there, so that nothing moves when there is something to say; and a switch of the names.
 * @param {Stepping} steps @param {HTMLElement} status what the inputs say
 * @param {...Child} others @returns {Piece<StepperView>} */
function makeBar({ model, set, copy }, status, ...others) {
  const changed = h("p", { class: "bp-note", role: "status" });
  const left = h("p", { class: "bp-left", role: "status" });
  status.append(changed, left);
  const swap = () => set("notation", model.get("notation") === "notes" ? "yours" : "notes");
  const names = makeButton("v₋₁", { "aria-label": WORDS.notesNames, onclick: swap });
  const take = makeButton("❐", { title: WORDS.copy, "aria-label": WORDS.copyPlace, onclick: copy });
  return { node: h("div", { class: "bp-strip" }, status, others, take, names), draw: ({ run, notice }) => {
    say(changed, notice);
    say(left, run.left.map((note) => `⚠ ${note}.`).join(" "));
    furnish(names, { "aria-pressed": String(run.asNotes) });
  } };
}
