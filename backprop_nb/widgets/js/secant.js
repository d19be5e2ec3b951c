// The secant: Python has computed every place of the slider, with its coordinates; here one is shown.

function render(/** @type {Page} */ page) {
  const scene = page.model.get("scene");
  return showSlide(page, "secant", `Secant of ${scene.title}`, scene, [
    joinPieces(h("div", { class: "bp-results" }), scene.plots.map(makePlot)),
  ]);
}

const widget = { render };
