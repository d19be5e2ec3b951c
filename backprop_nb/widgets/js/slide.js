// A slider over places that Python has computed: moving it only changes what is shown.

/** @param {{ slid: string, fixed?: string }} what @param {(position: number) => void} go
 * @param {readonly string[]} ways @returns {Piece<Slid>} */
function makeSlide({ slid, fixed }, go, ways = [WORDS.lower, WORDS.higher]) {
  const range = h("input", { type: "range", class: "bp-progress", min: 0, step: 1, "aria-label": slid,
    oninput: () => go(range.valueAsNumber) });
  const value = h("output", { class: "bp-code bp-where" });
  const [back, next] = [["◂", -1], ["▸", 1]].map(([text, by], i) => makeButton(String(text),
    { "aria-label": ways[i], onclick: () => go(range.valueAsNumber + Number(by)) }));
  const node = h("div", { class: "bp-slide" }, h("span", { class: "bp-code bp-slid" }, `${slid} =`), value, back, range,
    next, fixed ? h("span", { class: "bp-code bp-note" }, fixed) : null);
  return { node, draw: ({ position, last, at }) => {
    furnish(range, { max: last, "aria-valuetext": `${slid} = ${at}` });
    range.valueAsNumber = position;
    setText(value, at);
    retire(back, position === 0);
    retire(next, position === last);
  } };
}

/** What keys do to such a slider.
 * @param {() => number} where @param {(position: number) => void} go @returns {Actions} */
function slideKeys(where, go) {
  const [next, back] = [() => go(where() + 1), () => go(where() - 1)];
  return { ArrowRight: next, ArrowUp: next, ArrowLeft: back, ArrowDown: back,
    Home: () => go(0), End: () => go(Infinity) };
}
