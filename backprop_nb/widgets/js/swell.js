// The swell: a derivative as a tree and as a graph, at the depth of the slider, and both sizes against the depth.

/** A picture with its size above it.
 * @param {"tree" | "dag"} kind @param {string} name @returns {Piece<Slid & { place: SwellPlace }>} */
function makeSide(kind, name) {
  const head = h("h4");
  const box = h("div", { class: "bp-picture" });
  return { node: h("section", {}, head, box), draw: ({ place }) => {
    const { svg, why, words, count } = place[kind];
    setText(head, fillIn(count === "1" ? WORDS.oneOf : WORDS.manyOf, { name, count }));
    if (!isNew(box, place)) return;
    const drawn = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    for (const part of drawn?.querySelectorAll("[id]") ?? []) part.removeAttribute("id"); // a page may hold it twice
    // The whole picture, however small: how much there is of it is what is to be seen.
    box.replaceChildren(drawn ? furnish(drawn, { style: "", "aria-label": words }) : h("p", { class: "bp-note" }, why));
  } };
}

const widget = makeSlideExplorer("swell", ({ plot }) => ({ name: WORDS.swell, pieces: [
  joinPieces(h("div", { class: "bp-swell-sides" }),
    [makeSide("tree", WORDS.tree), makeSide("dag", WORDS.dag), makePlot(plot)]),
] }));
