// A window onto a graph: it shows all of it where that can be read, zooms, pans, and has a small map.

const [READABLE, WIDE_MOST, TALL_MOST, MAP_WIDE, MAP_HIGH] = [0.7, 214, 246, 92, 24];

/** @param {HTMLElement} box without scroll bars of its own @param {() => Graph | null} graphOf */
function makeView(box, graphOf) {
  let zoom = 1;
  const map = s("svg", { class: "bp-map", "aria-hidden": "true" });
  const frame = s("rect", { class: "bp-map-frame" });
  const showFrame = () => {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = box;
    const { width, height } = graphOf() ?? { width: 0, height: 0 };
    furnish(frame, { x: (scrollLeft / scrollWidth) * width, width: (clientWidth / scrollWidth) * width,
      y: (scrollTop / scrollHeight) * height, height: (clientHeight / scrollHeight) * height });
  };
  const drawMap = (/** @type {Graph} */ graph) => {
    const scale = Math.min(MAP_WIDE / graph.width, MAP_HIGH / graph.height);
    furnish(map, { viewBox: `0 0 ${graph.width} ${graph.height}`, width: scale * graph.width,
      height: Math.max(8, scale * graph.height), preserveAspectRatio: "none" });
    const boxes = Object.values(graph.layout.nodes).map(([x, y, width, height]) => s("rect", { x, y, width, height }));
    map.replaceChildren(...boxes, frame);
  };
  const draw = () => {
    const graph = graphOf();
    map.style.display = "none";
    if (!graph || !box.clientWidth) return;
    const { width, height } = graph;
    const most = height > 0.6 * width ? TALL_MOST : WIDE_MOST;
    const scale = Math.max(READABLE, Math.min(box.clientWidth / width, most / height, 1));
    box.style.height = `${Math.round(Math.min(most, scale * height))}px`;
    furnish(graph.svg, { width: scale * zoom * width, height: scale * zoom * height });
    if (box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1) return;
    if (isNew(map, graph)) drawMap(graph);
    map.style.display = "";
    showFrame();
  };
  /** Zoom about the middle; 0 shows all that can be read. @param {number} by */
  const zoomBy = (by) => {
    const [before, x, y] = [zoom, box.scrollLeft + box.clientWidth / 2, box.scrollTop + box.clientHeight / 2];
    zoom = by ? Math.max(0.2, Math.min(4, zoom * by)) : 1;
    draw();
    box.scrollTo((x * zoom) / before - box.clientWidth / 2, (y * zoom) / before - box.clientHeight / 2);
  };
  box.addEventListener("scroll", showFrame);
  box.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) box.scrollBy(-event.movementX, -event.movementY);
  });
  map.addEventListener("pointerdown", ({ clientX, clientY }) => {
    const { left, top, width, height } = map.getBoundingClientRect();
    box.scrollTo(((clientX - left) / width) * box.scrollWidth - box.clientWidth / 2,
      ((clientY - top) / height) * box.scrollHeight - box.clientHeight / 2);
  });
  return { map, draw, zoomBy };
}
