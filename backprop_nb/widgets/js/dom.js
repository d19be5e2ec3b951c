// Elements: made, changed where something is new, and brought into sight. Python puts the files of a widget one after
// the other: together they are one module, and this one comes first.

/** Put attributes, listeners ("onclick") and children on `el`. Strings become text nodes, never markup: a learner may
 * call a variable <script>. Pictures are drawn anew at each step, so what has not changed must cost nothing.
 * @template {Element} E @param {E} el @param {Attributes} attributes @param {...Child} children */
function furnish(el, attributes, ...children) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = value === true ? "" : String(value);
    if (typeof value === "function") el.addEventListener(name.slice(2), value);
    else if (value !== false && value != null && el.getAttribute(name) !== text) el.setAttribute(name, text);
  }
  for (const child of children) {
    if (Array.isArray(child)) furnish(el, {}, ...child);
    else if (child != null) el.append(child);
  }
  return el;
}

/** A new element. @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes} attributes @param {...Child} children */
const h = (tag, attributes = {}, ...children) => furnish(document.createElement(tag), attributes, ...children);

/** A new element of SVG. @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Attributes} attributes @param {...Child} children */
const s = (tag, attributes = {}, ...children) =>
  furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, ...children);

/** @param {string} text @param {Attributes} attributes */
const makeButton = (text, attributes) => h("button", { type: "button", class: "bp-button", ...attributes }, text);

/** Buttons of which one is pressed. @template {string} T @param {string} kind @param {string} label
 * @param {Record<T, string>} choices @param {(name: T) => void} choose */
function makeSwitch(kind, label, choices, choose) {
  const names = /** @type {T[]} */ (Object.keys(choices));
  const buttons = names.map((name) => makeButton(choices[name], { onclick: () => choose(name) }));
  const draw = (/** @type {T} */ chosen) =>
    names.forEach((name, i) => void furnish(buttons[i], { "aria-pressed": String(name === chosen) }));
  return { node: h("div", { class: kind, role: "group", "aria-label": label }, buttons), draw };
}

/** A labelled choice; beside the options it has what is chosen, whatever that is.
 * @template {string | number | number[]} T @param {string} label @param {(value: T) => void} change */
function makeSelect(label, change) {
  const select = h("select", { "aria-label": label, onchange: () => change(values[select.selectedIndex]) });
  let values = /** @type {T[]} */ ([]);
  const add = (/** @type {T} */ value, title = [value].flat().join(", ")) => {
    values.push(value);
    select.append(h("option", { value: String(value) }, title));
  };
  /** @type {(options: [T, string][], chosen: T, alive: boolean) => void} */
  const draw = (options, chosen, alive) => {
    if (isNew(select, String(options))) {
      values = [];
      select.replaceChildren();
      for (const option of options) add(...option);
    }
    if (!values.some((value) => String(value) === String(chosen))) add(chosen);
    select.value = String(chosen);
    select.disabled = !alive;
  };
  return { node: h("label", { class: "bp-choose" }, label, select), draw };
}

/** @param {Element | undefined} el @param {string} text */
function setText(el, text) {
  if (el && el.textContent !== text) el.textContent = text;
}

const lastShown = /** @type {WeakMap<object, unknown[]>} */ (new WeakMap());
/** Does `el` show something else than when this was asked last? What has not changed must cost a step nothing.
 * @param {object} el @param {...unknown} state */
function isNew(el, ...state) {
  const same = lastShown.get(el)?.every((part, i) => part === state[i]);
  lastShown.set(el, state);
  return !same;
}

/** Classes that `el` has or has not. @param {Element} el @param {Record<string, boolean>} classes */
function mark(el, classes) {
  for (const [name, on] of Object.entries(classes)) el.classList.toggle(name, on);
}

/** A message, which is gone where there is none. @param {HTMLElement} el @param {string} text */
function say(el, text) {
  setText(el, text);
  el.hidden = !text;
}

/** Out of use, but not disabled: a disabled button loses the focus, and the next key would go to the page instead.
 * @param {Element} button @param {boolean} on */
const retire = (button, on) => furnish(button, { "aria-disabled": String(on) });
/** `i` as an index of `count` things: beyond an end, that end. @param {number} i @param {number} count */
const within = (i, count) => Math.max(0, Math.min(i, count - 1));
/** A number as Python's pictures write it, to six digits. @param {number} x */
const write = (x) => String(parseFloat(x.toPrecision(6)));
const targetOf = (/** @type {Event} */ event) => /** @type {HTMLElement} */ (event.target);
/** How many columns a text takes in a monospace font: the bar of v̄ takes none. @param {string} text */
const columnsOf = (text) => [...text.normalize("NFD").replace(/\p{M}/gu, "")].length;

/** Scroll `box`, and only it (never the page), until `el` can be seen.
 * @param {Element} box @param {Element} el @param {number} above */
function reveal(box, el, above = 8) {
  const [outer, inner] = [box.getBoundingClientRect(), el.getBoundingClientRect()];
  /** @type {(low: number, high: number, from: number, to: number) => number} */
  const by = (low, high, from, to) => (low < from ? low - from : high > to ? high - to : 0);
  const down = by(inner.top - above, inner.bottom + 8, outer.top, outer.bottom);
  const right = by(inner.left - 8, inner.right + 8, outer.left, outer.right);
  if (down) box.scrollTop += down;
  if (right) box.scrollLeft += right;
}
