// A slider over places that Python has computed: moving it only changes what is shown.

/** @param {{ slid: string, fixed: string, places: { at: string }[] }} scene
 * @param {(position: number) => void} go @returns {Piece<{ position: number }>} */
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
  return { node, draw: ({ position }) => {
    const { at } = places[position];
    range.value = String(position);
    furnish(range, { "aria-valuetext": `${slid} = ${at}` });
    setText(value, at);
  } };
}

/** What keys do to such a slider.
 * @param {() => number} where @param {(position: number) => void} go @returns {Actions} */
function slideKeys(where, go) {
  const [next, back] = [() => go(where() + 1), () => go(where() - 1)];
  return { ArrowRight: next, ArrowUp: next, ArrowLeft: back, ArrowDown: back,
    Home: () => go(0), End: () => go(Infinity) };
}
