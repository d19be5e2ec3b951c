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

/** An explorer that is such a slider: a heading, what there is to say about each place, and more pieces.
 * @template {{ at: string, words: string, error?: string }} P
 * @param {Page} page @param {string} kind @param {string} name
 * @param {{ heading: string, slid: string, fixed: string, places: P[] }} scene
 * @param {Piece<Slid & { place: P }>[]} pieces */
const showSlide = (page, kind, name, scene, pieces) => showExplorer(page, kind, name, ({ model, set }) => {
  const last = scene.places.length - 1;
  const go = (/** @type {number} */ position) => set("position", within(position, last + 1));
  const look = () => {
    const [position, place] = [model.get("position"), scene.places[model.get("position")]];
    return { position, last, place, at: place.at };
  };
  const words = h("p", { class: "bp-words", "aria-live": "polite" });
  const failure = h("p", { class: "bp-error", role: "alert" });
  return { look, keys: slideKeys(() => model.get("position"), go), pieces: [
    { node: h("h3", { class: "bp-title bp-code" }, scene.heading) },
    makeSlide(scene, go),
    { node: h("div", { class: "bp-telling" }, words, failure), draw: ({ place }) => {
      setText(words, place.words);
      say(failure, place.error ?? "");
    } },
    ...pieces,
  ] };
});
