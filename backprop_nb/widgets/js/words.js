// Every sentence and label that the page shows or speaks of its own; the others come from Python. To translate the
// widgets, translate this table: what is in braces is filled in, and may stand anywhere in its sentence.

const WORDS = /** @type {const} */ ({
  // Shared
  busy: "Python computes …", gone: "No Python is running behind this form: run this cell again.",
  silent: "Python has not answered yet: it is busy, or it was started anew. Wait, or run this cell again.",
  silentInputs: "Python has not answered yet: it is busy, or its kernel has stopped. {works} all the same.",
  resting: "{works} here; inputs need a kernel.", steppingWorks: "Stepping works",
  cellsWork: "The layout and the cells work", typed: "{name}, as a number", lower: "Lower", higher: "Higher",
  and: " and ", copy: "Copy", close: "Close", undo: "Undo", node: "{formula}, value {value}, adjoint {adjoint}",
  unknown: "not computed yet", place: "{at} of {last}",
  // Stepper
  stepper: "Stepper for {title}", graph: "The graph", source: "Your function", lines: "Steps, line by line",
  forwardLines: "Forward: values ↓", backwardLines: "Backward: adjoints ↓", arrays: "The arrays of this step",
  noArrays: "The arrays of each step are shown here.",
  elsewhere: "The graph has changed its shape: {title} went another way through its code.",
  input: "{formula} is an input.", gives: "{operands} gives {result}.", give: "{operands} give {result}.",
  plain: "{name} is a plain number: {title} used no input.", kept: "It is needed on the way back: {kept}.",
  known: "All values are known: {title} = {value}.",
  seed: "The sweep starts at the output: {bar} = 1, for it changes exactly as fast as itself.",
  hands: "{from} hands {addend} = {handed} to {to}.",
  adds: "{from} hands {addend} = {handed} to {to}, which had {before} and now has {after}.", start: "|◂ Start",
  back: "◂ Back", next: "Next ▸", end: "End ▸|", play: "▸ Play", pause: "❚❚ Pause", fit: "Fit", step: "Step",
  steps: "Steps", allSteps: "{last} steps", speed: "Speed {speed}×", forwardStep: "forward {p} of {last}",
  backwardStep: "backward {p} of {last}", notesNames: "v₋₁: the notes' names", copyPlace: "Copy this place, for state=",
  oneNode: "One node", value: "Value", adjoint: "Adjoint", handsOn: "Hands on", partials: "Local partials",
  isInput: "none: it is an input", none: "none", flowedIn: "Flowed in", nothingYet: "nothing yet",
  flow: "{product} = {contribution} from {name}", isOutput: "1, because it is the output",
  sum: "sum: {bar} = {adjoint}", keptHead: "Kept", notNeeded: "not needed on the way back", nudge: "Nudge",
  nudgeOf: "Nudge {name}", nudgeBy: "Nudge {name} by {by}", nudgeEach: "Nudge each number of {name} by {by}",
  nudgeTimes: "{sum}{bar} × nudge = {product}", moves: "{title} really moves by {by}", paths: "Walk the paths to",
  pathBack: "◂ Path", pathNext: "Path ▸", chooseInput: "choose an input",
  path: "Path {n} of {count} from {from} to {to} contributes {contribution} to {bar}.",
  pathCount: "path {n} of {count}", noPath: "no path leads there: its adjoint is 0", edge: "edge",
  partial: "local partial", product: "product so far", startAt: "start at {name}",
  morePaths: "({count} paths in all, the first {shown} listed)", downhill: "Downhill", eta: "η, the size of a step",
  noStep: "No step yet.", moved: "Step {n}: {moved}", stepNeedsKernel: "Another step needs a running kernel.",
  valley: "{title} over {across} and {up}: {lines} contour lines, {places} places of the walk",
  // Branches, secant, swell, brackets, sweeps
  branches: "Branches of {title}", graphLines: "The lines of this graph:", graphName: "Graph {n}", gradient: "Gradient",
  taken: "Graph {n}, {size}: taken now", takenAt: "Graph {n}, {size}: at {slid} = {where}", secant: "Secant of {title}",
  swell: "Expression swell", tree: "Tree", dag: "Graph", oneOf: "{name}: {count} node", manyOf: "{name}: {count} nodes",
  brackets: "Brackets on a chain of Jacobians", chains: "Chains", inputs: "inputs", outputs: "outputs",
  forward: "forward", reverse: "reverse", best: "best", times: "{told} {n} times as much.",
  badSize: "A size is a whole number from 1 to {most}. Shown is still what comes of the last ones.", size: "Size {i}",
  firstSize: "Size {i}, inputs", lastSize: "Size {i}, outputs", sweeps: "Right and wrong sweep of {title}",
  rightSweep: "Right sweep", wrongSweep: "Wrong sweep", mistake: "Mistake", byStep: "{name}, step by step",
  stepName: "step", stepBack: "Back", stepNext: "Next", wrongNode: "{node}, wrong", ended: "The sweep has ended.",
  begins: "The sweep begins at the output.", notRun: "The sweep is not run.",
  // Jacobian and matrix product
  jacobian: "Jacobian of {title}", layout: "Layout", layoutHead: "Layout:", kind: "Kind: {kind}",
  notes: "The notes: row = input", usual: "Most texts: row = output",
  arrows: "{heading}. Arrow keys go from entry to entry.", entry: "Row {row}, column {column}: {effect}.",
  notNumber: "not a number", flat: "here {output} does not move with {input}", falls: "{output} falls as {input} rises",
  rises: "{output} rises with {input}",
  colours: "Green: above 0. Purple, with a minus sign or a bar: below 0. White: exactly 0.",
  matmul: "Matrix product: which entry reaches which", batch: "How a batch is laid out", columns: "Columns: Y = AX",
  rows: "Rows: Y = XW", columnExamples: "An example is a column of X, Y and G, as in the notes.",
  rowExamples: "An example is a row of X, Y and G, as NumPy users write it.", now: "the entry",
  from: "what it is made from", to: "what it reaches", twin: "its gradient, or what it is the gradient of",
  cell: "{name} row {i}, column {j}", cellValue: "{cell}, value {value}", matrix: "{name}, {rows} by {columns}",
  row: "row {i} of {name}", column: "column {j} of {name}", madeFrom: "made from {first} and {second}:",
  reaches: "reaches {line}:", gets: "{target} gets {product}", isGradient: "It is the gradient of {twin}.",
  hasGradient: "Its gradient is {twin}, {value}.",
  // Playground
  playground: "A network that learns", playOn: "▶ Play", oneStep: "One step", reset: "Reset", data: "data",
  hidden: "hidden layers", activation: "activation", rate: "rate", trouble: "what goes wrong", weight: "weight",
  example: "example", chooseOne: "choose one", loss: "step {step} · loss {loss}", layer: "gradient of layer {n}",
  playingWorks: "Playing works here; training on, or another network, needs a running kernel.",
  sides: "{right} of {count} points lie on their side of the border", products: "products along the paths",
  links: "Thick: a large weight, brown above 0, purple below. Glowing: a large derivative. Click one.",
  network: "A network of the widths {sizes}; choose a weight in the list below",
  curve: "The loss from {first} to {loss} in {step} steps", oneProduct: "one product is",
  manyProducts: "{n} products add up to", shares: "The derivatives of {n} examples: {shares}",
  parts: "After {frame} steps, example {example}: the {products} {value}, the derivative of its loss with respect to \
{weight}, read from a run of {rows} rows. The bars are the {n} examples of the batch; their mean, {batch}, is what \
the step uses.",
  // Questions
  check: "Check", hint: "Hint", hintTitle: "Two hints, one after the other", show: "Show me",
  showTitle: "The answer, once you have tried", reveal: "What comes out",
});

/** A sentence with what belongs in its braces. @template {string} T
 * @param {T} sentence @param {Record<Holes<T>, unknown>} holes */
const fillIn = (sentence, holes) =>
  sentence.replace(/\{(\w+)\}/g, (_, /** @type {Holes<T>} */ name) => String(holes[name]));
