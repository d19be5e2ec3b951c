// The secant: Python has computed every place of the slider, with its coordinates; here one is shown.

function render(/** @type {Page} */ page) {
  const scene = page.model.get("scene");
  return showSlide(page, "secant", fillIn(WORDS.secant, scene), scene, [
    joinPieces(h("div", { class: "bp-results" }), scene.plots.map(makePlot)),
  ]);
}

const widget = { render };
