// Motion: what a step hands on travels along its edge, against the arrow, and is added where it arrives.

const [POINTS, LONGEST] = [12, 600]; // of the way, and milliseconds

/** Does the reader want things to move? */
const mayMove = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Let `text` travel from the result to the operand; what it changes there is seen once it has arrived.
 * @param {Graph} graph @param {string} edge @param {string} target @param {string} text @param {number} ms
 * @returns {() => void} what ends it at once */
function sendAlong(graph, edge, target, text, ms) {
  const path = graph.edges[edge]?.g.querySelector("path");
  const sum = graph.nodes[target]?.texts[2];
  if (!path || !sum || !mayMove()) return () => {};
  const length = path.getTotalLength();
  const way = [...Array(POINTS).keys()].map((i) => path.getPointAtLength(length * (1 - i / (POINTS - 1))));
  const end = { x: numberOf(sum, "x"), y: numberOf(sum, "y") - 4 };
  const frames = [...way, end].map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }));
  const width = columnsOf(text) * PER_CHARACTER + 14;
  const g = s("g", { class: "bp-traveller", "aria-hidden": "true" },
    s("rect", { class: "bp-load", x: -width / 2, y: -PILL / 2, width, height: PILL, rx: PILL / 2 }),
    s("text", { y: 4.2, "text-anchor": "middle" }, text));
  graph.svg.append(g);
  const moves = [
    g.animate(frames, { duration: ms, easing: "ease-in-out" }),
    sum.animate([{ opacity: 0 }, { opacity: 0, offset: 0.9 }, { opacity: 1 }], ms * 1.1),
  ];
  moves[0].onfinish = () => g.remove();
  return () => {
    g.remove();
    for (const move of moves) move.cancel();
  };
}

/** @param {Element} el @param {string} name */
const numberOf = (el, name) => parseFloat(el.getAttribute(name) ?? "");
