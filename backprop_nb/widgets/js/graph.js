// The SVG of a graph: Python draws it once for each shape, and the numbers are put into it here.

const DASH = "–";

/** Put the picture into `box`: its nodes and edges by id, each with the texts that change. Ids become data-ids, because
 * a page may hold the same graph twice; titles go, because they pop up as "v5->v4".
 * @param {HTMLElement} box @param {string} source @param {string} name @returns {Graph | null} */
function mountGraph(box, source, name) {
  const svg = new DOMParser().parseFromString(source, "text/html").querySelector("svg");
  box.replaceChildren(...(svg ? [svg] : []));
  if (!svg) return null;
  const graph = /** @type {Graph} */ ({ width: 0.7 * numberOf(svg, "width"), nodes: {}, edges: {} });
  for (const title of svg.querySelectorAll("title")) title.remove();
  for (const g of svg.querySelectorAll("g.bp-node, g.bp-edge")) {
    const kind = g.classList.contains("bp-node") ? "nodes" : "edges";
    graph[kind][g.id] = { g, texts: [...g.querySelectorAll("text")], pill: g.querySelector("rect") };
  }
  for (const el of svg.querySelectorAll("[id]")) {
    furnish(el, { "data-id": el.id });
    el.removeAttribute("id");
  }
  // Much below its own size the text is too small to read: then the box scrolls.
  Object.assign(svg.style, { maxWidth: "100%", height: "auto", minWidth: `${graph.width}px` });
  furnish(svg, { role: "group", "aria-label": name });
  return graph;
}

/** @param {Element} el @param {string} name */
const numberOf = (el, name) => parseFloat(el.getAttribute(name) ?? "");

/** The number on an edge, and the pill beneath it as long as the number; "" takes both away.
 * @param {GraphPart} part @param {string} number */
function labelEdge({ texts: [text], pill }, number) {
  if (!text || text.textContent === number) return;
  setText(text, number);
  if (!pill) return;
  const width = columnsOf(number) * 0.602 * numberOf(text, "font-size") + 10;
  furnish(pill, { width, x: numberOf(text, "x") - width / 2 });
  pill.style.display = number ? "" : "none";
}
