// What Python sends, and what the files of a widget hand each other; nothing of this reaches the browser. The test of
// the JavaScript adds Traits, made from the widget's Python class, and checks what real widgets send against it.

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;
type Child = Node | string | null | undefined | Child[];
type Actions = Record<string, (event: Event) => void>;
type Inputs = Record<string, number>;

/** The names in the braces of a sentence. */
type Holes<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;
type Listener = (message: never) => void;

interface Model {
  standIn?: true;
  get<T extends keyof Traits>(name: T): Traits[T];
  set<T extends keyof Traits>(name: T, value: Traits[T]): void;
  save_changes(): void;
  send(message: object): void;
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
}

interface Page { model: Model; el: HTMLElement }

interface Widget {
  initialize?(page: { model: Model }): () => void;
  render(page: Page): () => void;
}

interface Piece<View> { node: HTMLElement; draw?(view: View): void }

interface Context {
  model: Model;
  root: HTMLElement;
  isAlive(): boolean;
  set: Model["set"];
  redraw(): void;
}

/** Where a slider over places stands, and what it says. */
interface Slid { position: number; last: number; at: string }

type Ask = (action: string, details?: object) => void;

interface Control { name: string; value: number; min: number; max: number; step: number; kind: "number" | "integer" }

// ---- the stepper: the dict of steps.py ----

interface Run {
  title: string;
  heading: string;
  fixed: string;
  shape: string;
  layouts: Layout[];
  page: number;
  picture: string;
  output: string;
  start: string;
  done: string;
  left: string[];
  source: string[];
  inNotes: Difference | null;
  paths: Record<string, Paths>;
  rows: RunRow[];
  forward: Step[];
  backward: BackwardStep[];
  grids?: Record<string, Grid>;
}

/** What another telling has otherwise: leaves by their keys. */
type Difference = { [key: string]: Difference | string | null };

interface RunRow {
  id: string; name: string; bar: string; label: string | null; formula: string; value: string; adjoint: string;
  caption: string; shape?: string; x: number | null; slope: number | null; op: string | null; args: (number | [number])[];
  line: number | null;
  kept?: string;
}

interface Layout {
  size: [number, number]; output: string;
  nodes: Record<string, [x: number, y: number, width: number, height: number]>;
  edges: Record<string, [path: string, head: string, x: number, y: number]>;
  folded?: Record<string, [first: string, ...lines: string[]]>;
}

interface Step {
  target: string;
  line: string;
  numbers: string;
  words?: string;
  math?: string;
  cards?: Card[];
  source?: string | null;
  edge?: string | null;
  contribution?: string;
}

interface BackwardStep extends Step {
  source: string | null;
  edge: string | null;
  partial?: string;
  formula?: string;
  local?: string;
  product?: string;
}

interface Nudged { id: string; by: number; moves: string }
interface Valley { names: string[]; ends: number[][]; lines: string[] }

type Lit = Partial<Step> & { words: string; formula: string };

type ReadStep = BackwardStep & { at: number; words: string; after: string };
type Walked = Path & { nodes: string[] };
interface Paths { target: string; count: string; sum: string; shown: Path[] }
interface Path { edges: string[]; products: string[]; contribution: string }
interface Card { title: string; grid: string; kind: "value" | "adjoint"; out?: boolean }

interface Grid { shape: string; words: string; numbers?: string[][]; heat?: Heat; range?: string }
interface Heat { source: string; size: [width: number, height: number]; limit: string }

// ---- the branches: the dict of scenes.py ----

interface Scene {
  title: string; heading: string; slid: string; fixed: string; about: string; graphs: Drawing[]; places: Place[];
  plot: Plot;
}

interface Drawing {
  layout: Layout | null; picture: string; captions: string[]; size: string; first: number; nodes: string[]; bars: string[];
  edges: string[]; lines: string[]; where: string;
}

interface Place {
  at: string; x: number; graph: number; words: string; error: string; y?: number | null; value?: string;
  slope?: number | null; values?: string[]; adjoints?: string[]; partials?: string[];
  gradient?: [label: string, text: string, left: number, width: number][];
  lines?: string[];
}

type BranchesView = Slid & { place: Place };

// ---- the swell: the dict of swelling.py ----

interface SwellScene { heading: string; slid: string; fixed: string; places: SwellPlace[]; plot: Plot }
interface SwellPlace { at: string; words: string; error?: string; tree: SwellPicture; dag: SwellPicture }
interface SwellPicture { words: string; count: string; svg: string; why: string }

// ---- brackets: the dict of bracketing.py ----

interface Chained { text: string; rows: number; columns: number; cost: number }
interface BracketsView { dims: number[]; forward: Chained; reverse: Chained; best: Chained }
interface BracketsScene { chains: Record<string, number[]>; most: number; told: Record<string, string> }

// ---- two sweeps: the dict of comparing_sweeps.py ----

type SweepsView = Slid & { fault: string; told: FaultTold };
interface SweepStep { line: string; target: string; edge: string; after: string }
interface FaultTold {
  instead: string; story: string; edge: string; at: number; wrong: string[]; start: number; steps: SweepStep[];
}
interface Sweeps {
  title: string; layout: Layout | null; picture: string; rows: { id: string; bar: string; line: string; value: string }[];
  partials: Record<string, string>; right: SweepStep[]; faults: Record<string, FaultTold>;
}

// ---- the secant: the dict of cutting.py ----

interface SecantScene {
  heading: string; title: string; slid: string; fixed: string; places: { at: string; words: string; error?: string }[]; plots: Plot[];
}

// ---- the plots: the dict of curves.py ----

type Mark = [
  tag: "line" | "circle" | "polyline" | "text", kind: string, where: (number | string)[] | null, text?: string,
];
interface Plot {
  size: number[]; caption: string; still: Mark[]; moving: [tag: Mark[0], kind: string][]; places: Mark[2][][];
  words: string[];
}

// ---- the Jacobian and the matrix product ----

interface JacobianView {
  title: string; inputs: string[]; outputs: string[]; texts: string[]; short: string[]; fills: string[]; inks: string[];
  words: Record<"notes" | "usual", { heading: string; kind: string; facts: string[] }>;
}

type Entry = [name: string, row: number, column: number];
interface Matrix { place: string; name: string; formula: string; shapes: string; rows: string[][] }
type Matrices = Record<"columns" | "rows", Matrix[]>;

// ---- the playground ----

interface Cloud { rows: number[][]; labels: number[]; box: number[][] }
interface PlayChoices {
  data: [string, string][]; hidden: [number[], string][]; activation: [string, string][]; rate: [number, string][];
  trouble: [string, string][];
}
interface PlaySettings {
  data: string; hidden: number[]; activation: string; rate: number; trouble: string; again?: number;
}
type Weights = Record<string, (number | number[])[]>;
interface Frame {
  step: number; loss: number; right: number; stopped: string; weights: Weights; slopes: Weights; layers: number[];
  curve: number[]; every: number;
}
interface PlayView { shown: Frame; settings: PlaySettings; alive: boolean; chosen: PlayQuestion; isDue: boolean }
interface Link { name: string; glow: SVGElement; line: SVGElement; of: (tree: Weights) => number }
interface PlayQuestion { weight: string; example: number; frame: number }
interface Parts extends Partial<PlayQuestion> {
  rows?: number; lines?: string[]; value?: string; examples?: number[]; batch?: string; n?: number;
}

// ---- questions ----

/** What Python answers. */
interface Reply { said: string; answered: boolean; open: boolean }

// ---- pictures ----

interface GraphPart { g: Element; texts: Element[]; pill: SVGElement | null; x: number }
interface Graph {
  width: number; height: number; least: number; svg: SVGSVGElement; layout: Layout;
  nodes: Record<string, GraphPart>; edges: Record<string, GraphPart>;
}
