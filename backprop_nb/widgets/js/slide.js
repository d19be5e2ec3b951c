// A slider over places that Python has computed beforehand.

/** @param {Slide} scene @param {(position: number) => void} go
 * @returns {Piece<{ place: { at: string }, position: number }>} */
function makeSlide(scene, go) {
  const { slid, fixed, places } = scene;
  const range = h("input", { type: "range", class: "bp-progress", min: 0, max: places.length - 1, step: 1,
    "aria-label": slid, oninput: () => go(parseInt(range.value, 10)) });
  const value = h("output", { class: "bp-code bp-where" });
  /** @type {(text: string, label: string, by: number) => HTMLElement} */
  const button = (text, label, by) =>
    makeButton(text, { "aria-label": label, onclick: () => go(parseInt(range.value, 10) + by) });
  const node = h("div", { class: "bp-slide" }, h("span", { class: "bp-code bp-slid" }, `${slid} =`), value,
    button("◂", "Lower", -1), range, button("▸", "Higher", 1),
    fixed ? h("span", { class: "bp-code bp-note" }, fixed) : null);
  return { node, draw: ({ place, position }) => {
    range.value = String(position);
    furnish(range, { "aria-valuetext": `${slid} = ${place.at}` });
    setText(value, place.at);
  } };
}

/** What keys do on such a slider. @type {(go: (position: number) => void, position: () => number) => Actions} */
const slideKeys = (go, position) => {
  const [next, back] = [() => go(position() + 1), () => go(position() - 1)];
  const ends = { Home: () => go(0), End: () => go(Infinity) };
  return { ArrowRight: next, ArrowUp: next, ArrowLeft: back, ArrowDown: back, ...ends };
};
