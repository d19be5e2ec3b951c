// The secant: Python has computed every place of the slider, with its coordinates; here one is shown.

const widget = makeSlideExplorer("secant", (scene) => ({ name: fillIn(WORDS.secant, scene), pieces: [
  joinPieces(h("div", { class: "bp-results" }), scene.plots.map(makePlot)),
] }));
