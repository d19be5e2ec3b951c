// Run every code cell of notebooks in npm's Pyodide, which has no NumPy: node run_notebooks.mjs PYTHON NOTEBOOK …
// What the site serves does it; a line of JSON tells of each notebook how many cells ran, and which did not.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, ...notebooks] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/${name}`).href);
const [{ loadPyodide }, viz] = await Promise.all([load("pyodide.mjs"), load("viz.js").then(({ instance }) => instance())]);
globalThis.backpropDraw = (dot) => viz.render(dot, { format: "svg", engine: "dot" }).output ?? "";
const python = await loadPyodide({ indexURL: folder });
python.unpackArchive(new Uint8Array(readFileSync(`${folder}/try.zip`)), "zip");
python.globals.set("texts", python.toPy(notebooks.map((name) => readFileSync(name, "utf-8"))));
console.log(await python.runPythonAsync(`
import ast, json, sys, trying
def run(text):
    names = {"bp": trying.bp, "__name__": "__main__"}
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    told = [json.loads(trying.run(cell, names)) for cell in cells]
    return {"ran": len(cells), "widgets": sum("widget" in it for it in told),
            "pictures": sum("<svg" in str(it) or "data:image/svg" in str(it) for it in told),
            "errors": [it["error"] for it in told if "error" in it]}
json.dumps([run(text) for text in texts])
`));
