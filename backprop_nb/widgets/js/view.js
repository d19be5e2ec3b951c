// A window onto a graph: it shows all of it where that can be read, zooms, pans, and keeps a node in sight.

const [READABLE, WIDE_MOST, TALL_MOST, MAP_WIDE, MAP_HIGH] = [0.75, 214, 246, 92, 24];
const EDGE_ROOM = 8;

/** @typedef {ReturnType<typeof makeView>} View */

/** @param {HTMLElement} box @param {() => Graph | null} graphOf */
function makeView(box, graphOf) {
  let [zoom, x, y] = [1, 0, 0];
  const map = s("svg", { class: "bp-map", "aria-hidden": "true" });
  const frame = s("rect", { class: "bp-map-frame" });
  let mapped = /** @type {Graph | null} */ (null);
  /** Graph units that can be seen, and how many pixels one takes. @param {Graph} graph */
  const measure = (graph) => {
    const most = graph.height > 0.6 * graph.width ? TALL_MOST : WIDE_MOST;
    const fit = Math.min(box.clientWidth / graph.width, most / graph.height, 1);
    const scale = Math.max(fit, READABLE) * zoom;
    const high = Math.min(most, Math.max(fit, READABLE) * graph.height);
    return { scale, high, wide: box.clientWidth / scale, tall: high / scale };
  };
  /** @type {(at: number, room: number, size: number) => number} */
  const keep = (at, room, size) => (size <= room ? (size - room) / 2 : Math.max(0, Math.min(at, size - room)));
  const draw = () => {
    const graph = graphOf();
    map.style.display = "none";
    if (!graph || !box.clientWidth) return;
    const { high, wide, tall } = measure(graph);
    [x, y] = [keep(x, wide, graph.width), keep(y, tall, graph.height)];
    box.style.height = `${Math.round(high)}px`;
    furnish(graph.svg, { viewBox: `${x} ${y} ${wide} ${tall}`, width: "100%", height: "100%" });
    if (graph.width <= wide + 1 && graph.height <= tall + 1) return;
    if (mapped !== graph) drawMap(graph);
    map.style.display = "";
    furnish(frame, { x, y, width: Math.min(wide, graph.width), height: Math.min(tall, graph.height) });
  };
  const drawMap = (/** @type {Graph} */ graph) => {
    mapped = graph;
    const scale = Math.min(MAP_WIDE / graph.width, MAP_HIGH / graph.height);
    furnish(map, { viewBox: `0 0 ${graph.width} ${graph.height}`, width: scale * graph.width,
      height: Math.max(8, scale * graph.height), preserveAspectRatio: "none" });
    const boxes = Object.values(graph.layout.nodes).map(([x, y, width, height]) => s("rect", { x, y, width, height }));
    map.replaceChildren(...boxes, frame);
  };
  /** Bring a node into sight, moving as little as can be. @param {string | null | undefined} id */
  const reveal = (id) => {
    const graph = graphOf();
    const at = graph?.layout.nodes[id ?? ""];
    if (!graph || !at || !box.clientWidth) return;
    const { wide, tall } = measure(graph);
    /** @type {(from: number, room: number, low: number, size: number) => number} */
    const shift = (from, room, low, size) => (low < from + EDGE_ROOM || size > room ? low - EDGE_ROOM
      : Math.max(from, low + size + EDGE_ROOM - room));
    [x, y] = [shift(x, wide, at[0], at[2]), shift(y, tall, at[1], at[3])];
    draw();
  };
  /** Zoom about the middle; 0 shows all that can be read. @param {number} by */
  const zoomBy = (by) => {
    const graph = graphOf();
    if (!graph) return;
    const before = measure(graph);
    zoom = by ? Math.max(0.2, Math.min(4, zoom * by)) : 1;
    const after = measure(graph);
    [x, y] = [x + (before.wide - after.wide) / 2, y + (before.tall - after.tall) / 2];
    draw();
  };
  const pan = (/** @type {number} */ right, /** @type {number} */ down) => {
    const graph = graphOf();
    if (!graph) return;
    const { scale } = measure(graph);
    [x, y] = [x - right / scale, y - down / scale];
    draw();
  };
  box.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) pan(event.movementX, event.movementY);
  });
  map.addEventListener("pointerdown", (event) => {
    const [graph, at] = [graphOf(), map.getBoundingClientRect()];
    if (!graph) return;
    const { wide, tall } = measure(graph);
    x = ((event.clientX - at.left) / at.width) * graph.width - wide / 2;
    y = ((event.clientY - at.top) / at.height) * graph.height - tall / 2;
    draw();
  });
  return { map, draw, reveal, zoomBy };
}
