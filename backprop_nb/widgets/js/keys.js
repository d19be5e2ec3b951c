// Keys that a widget answers although JupyterLab would like to have them.

/** @param {KeyboardEvent} event */
const isModified = (event) => event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;

/** JupyterLab listens before the page does and swallows arrows, Enter and letters, unless what has the focus carries
 * its attribute; while a modifier is held the attribute goes, so that Ctrl+S and Shift+Enter still work. It also leaves
 * the focus here when another cell is clicked, whose keys would then still come here: so let go of it.
 * @param {HTMLElement} root @returns {() => void} what ends it */
function guardKeys(root) {
  const guard = (/** @type {Event} */ event, on = true) => {
    for (const el of [root, targetOf(event)]) el.toggleAttribute("data-lm-suppress-shortcuts", on);
  };
  const letGo = (/** @type {Event} */ event) => {
    const focus = /** @type {HTMLElement | null} */ (document.activeElement);
    if (root.contains(focus) && !root.contains(targetOf(event))) focus?.blur();
  };
  root.addEventListener("keydown", (event) => {
    guard(event, !isModified(event));
    if (!isModified(event)) event.stopPropagation();
  });
  root.addEventListener("keyup", (event) => guard(event, !isModified(event)));
  for (const change of ["focusin", "focusout"]) root.addEventListener(change, (event) => guard(event));
  document.addEventListener("pointerdown", letGo, true);
  return () => document.removeEventListener("pointerdown", letGo, true);
}

/** @param {HTMLElement} root @param {Actions} actions what a key does, by its name */
function answerKeys(root, actions) {
  root.addEventListener("keydown", (event) => {
    const kind = /** @type {HTMLInputElement} */ (event.target).type ?? "";
    if (isModified(event) || kind === "text" || kind === "number" || kind.startsWith("select")) return;
    const action = actions[event.key === " " ? "Space" : event.key];
    // A range answers arrows itself, a button answers the space bar.
    const pressed = event.key === " " || event.key === "Enter";
    const native = kind === "range" ? /^(Arrow|Home|End|Page)/.test(event.key) : kind === "button" && pressed;
    if (!action || native) return;
    event.preventDefault();
    action(event);
  });
}

/** All controls of a widget behind one tab stop: ↑ and ↓ lead from one to the next, whatever the others do in it.
 * @template View @param {HTMLElement} root @returns {Piece<View>} */
function makeRoving(root) {
  let stop = /** @type {HTMLElement | null} */ (null);
  const all = () => /** @type {HTMLElement[]} */ ([...root.querySelectorAll("button, input, select")])
    .filter((el) => !el.closest(".bp-story") && el.getClientRects().length && !el.matches(":disabled"));
  const draw = () => {
    const controls = all();
    if (!stop || !controls.includes(stop)) stop = controls.find((el) => el.matches(".bp-next")) ?? controls[0];
    for (const el of controls) if (el.tabIndex !== (el === stop ? 0 : -1)) el.tabIndex = el === stop ? 0 : -1;
  };
  root.addEventListener("focusin", (event) => {
    if (all().includes(targetOf(event))) stop = targetOf(event);
    draw();
  });
  root.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const controls = all();
    const at = controls.indexOf(targetOf(event));
    if (!by || at < 0 || isModified(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    controls[within(at + by, controls.length)].focus();
  });
  return { node: h("span", { hidden: true }), draw };
}

/** What keys do in a matrix. @type {(move: (down: number, right: number, event: Event) => void) => Actions} */
const matrixKeys = (move) => ({
  ArrowRight: (event) => move(0, 1, event), ArrowLeft: (event) => move(0, -1, event),
  ArrowDown: (event) => move(1, 0, event), ArrowUp: (event) => move(-1, 0, event),
  Home: (event) => move(0, -Infinity, event), End: (event) => move(0, Infinity, event),
  PageUp: (event) => move(-Infinity, 0, event), PageDown: (event) => move(Infinity, 0, event),
});
