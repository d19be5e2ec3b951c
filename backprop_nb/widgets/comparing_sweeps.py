"""Right and wrong sweep of one function side by side, stepped together, the first wrong edge in red."""

from collections.abc import Callable
from html import escape
from typing import Any
from xml.etree import ElementTree

import traitlets

from ..drawing import palette
from ..drawing.text_columns import shorten_text
from ..runs.adjoints import sweep_back
from ..runs.fault_gallery import name_of_mistake, nearly_equal, run_fault, take_run
from ..runs.faulty_sweeps import MISTAKES, TooManyVisits
from ..runs.graph import EDGE_LONGEST, Picture, edges_of, graph
from ..runs.noted_sweeps import find_wrong_step, note_steps
from ..runs.tracing import Trace
from .explorer import Explorer, embed_picture, join_scripts
from .graph_drawing import draw_run

__all__ = ["FaultySweeps", "faulty_sweeps"]

SVG = "http://www.w3.org/2000/svg"
MOST_STEPS = 500  # of a faulty sweep; plain recursion may take as many as there are paths


def faulty_sweeps(f: Callable[..., Any], fault: Any, /, *inputs: Any, **named: Any) -> "FaultySweeps":
    """See a faulty sweep go wrong beside the right one, on your own function (N16, N23).

    f:       a function, run once on ``inputs``; or a recorded run, without inputs
    fault:   the mistake that is shown first, by name or as a sweep of ``bp.faults``; all are a key away
    returns: FaultySweeps; a notebook shows it
    raises:  ValueError for an unknown mistake; whatever ``f`` raises

    >>> widget = faulty_sweeps(lambda x: (lambda b: b + 5 * b)(2 * x), "recursion", 3)
    >>> widget.position, widget.fault_shown.wrong
    (6, {'x': 14.0})
    """
    return FaultySweeps(take_run(f, inputs, named), fault)


class FaultySweeps(Explorer):
    """What ``faulty_sweeps`` returns.

    fault:    name of the mistake that is shown
    position: steps taken by both sweeps, the seed for one; beyond an end means that end
    scene:    everything that is shown, computed beforehand: the widget needs no kernel
    """

    _esm = join_scripts("explorer.js", "graph.js", "slide.js", "sweeps.js")

    scene = traitlets.Dict().tag(sync=True, type="Sweeps")
    fault = traitlets.Unicode().tag(sync=True)
    position = traitlets.Int().tag(sync=True)

    def __init__(self, run, fault, **options):
        self.run, self.faults = run, {name: run_fault(name, run) for name in MISTAKES}
        name, right = name_of_mistake(fault), note_steps(sweep_back, run)
        told = {other: tell_fault(run, shown) for other, shown in self.faults.items()}
        drawing = draw_run(run, direction="down")  # narrow: two stand side by side
        scene = {
            "title": run.is_named,
            "layout": drawing.layout,
            "picture": drawing.why_not,
            "rows": [
                {"id": row.id, "bar": row.bar, "line": line, "value": row.boxed}
                for row, line in zip(run.rows, drawing.captions, strict=True)
            ],
            "partials": {
                edge: shorten_text(row.edge_text(slot), EDGE_LONGEST)
                for row in run.rows
                for edge, slot, _ in edges_of(row)
            },
            "right": [tell_step(step, run) for step in right],
            "faults": told,
        }
        super().__init__(scene=scene, fault=name, position=told[name]["start"], **options)

    @property
    def fault_shown(self):
        """The Fault that is shown: wrong and right numbers, and what happened."""
        return self.faults[self.fault]

    @traitlets.validate("fault")
    def check_fault(self, proposal):
        """The name of a mistake, or its sweep; ValueError for another."""
        return name_of_mistake(proposal["value"])

    @traitlets.validate("position")
    def check_position(self, proposal):
        """Beyond an end means that end."""
        longest = max(len(self.scene["right"]), len(self.scene["faults"][self.fault]["steps"]))
        return max(0, min(proposal["value"], longest))

    def __repr__(self):
        return f"<{self.fault} beside the right sweep of {self.run.title}, step {self.position}>"

    @property
    def text(self):
        """The mistake in words, and both sweeps line by line."""
        wrong = self.scene["faults"][self.fault]["steps"]
        sides = [("right sweep", self.scene["right"]), (f"wrong sweep, {self.fault}", wrong)]
        lists = [f"{name}:\n" + "\n".join(f"  {step['line']}" for step in steps) for name, steps in sides]
        return "\n\n".join([f"{self.run.is_named}\n{self.fault_shown.text}", *lists])

    @property
    def still(self):
        """Both graphs as the sweeps leave them, and what happened, for pages where no script runs."""
        fault, told = self.fault_shown, self.scene["faults"][self.fault]
        left = sweep_or_nothing(MISTAKES[self.fault].sweep, self.run)
        rows = [row.receive(left.get(row.index, row.zero)) for row in self.run.rows]
        drawn = graph(Trace(rows, self.run.output, self.run.title), direction="down")
        wrong = MarkedGraph(drawn, fault.edge_id, told["wrong"])
        shown = [("Right sweep", graph(self.run, direction="down")), (f"Wrong sweep: {self.fault}", wrong)]
        sides = "".join(
            f'<div style="flex:1 1 300px"><p>{escape(name)}</p>{embed_picture(picture)}</div>'
            for name, picture in shown
        )
        row = f'<div style="display:flex;flex-wrap:wrap;gap:12px">{sides}</div>'
        return f"<p>{escape(fault.instead)}</p>{row}<p>{escape(fault.story)}</p>"


class MarkedGraph(Picture):
    """A Graph with what went wrong in red: an edge, dashed, and the adjoints of some nodes, with a ✗."""

    def __init__(self, graph, edge, nodes):
        self.graph, self.edge, self.nodes, self.text = graph, edge, nodes, graph.text

    @property
    def svg(self):
        """The picture; raises NoPicture as the graph does."""
        ElementTree.register_namespace("", SVG)
        root = ElementTree.fromstring(self.graph.svg)
        for group in root.iter(f"{{{SVG}}}g"):
            if group.get("id") == self.edge:
                for shape in group.iterfind(f"{{{SVG}}}*[@stroke]"):
                    shape.attrib |= {"stroke": palette.FAULTY.mark, "stroke-width": "2.5"}
                group.find(f"{{{SVG}}}path").set("stroke-dasharray", "7 3")
            for text in group.iterfind(f"{{{SVG}}}text[@class='bp-adjoint']"):
                if group.get("id") in self.nodes:
                    text.text = f"{text.text} ✗"
                    text.attrib |= {"fill": palette.FAULTY.light, "class": "bp-faulty"}
        return ElementTree.tostring(root, encoding="unicode")


def sweep_or_nothing(sweep, run):
    """The adjoints that a sweep leaves; none where it is given up."""
    try:
        return sweep(run)
    except TooManyVisits:
        return {}


def tell_step(step, run):
    """One step of a sweep, in words and with what it leaves at its target."""
    return {
        "line": f"{step.text} {step.numbers}",
        "target": run[step.target].id,
        "edge": step.edge or "",
        "after": run[step.target].receive(step.after).boxed_adjoint,
    }


def tell_fault(run, fault):
    """A mistake as the browser shows it.

    returns: dict: ``steps``; ``at``, the index of the first wrong one, -1 for none, and its ``edge``;
             ``wrong``, ids of nodes whose adjoints end up wrong; ``start``, where to begin; and words
    """
    sweep, story = MISTAKES[fault.name].sweep, fault.story
    try:
        steps = note_steps(sweep, run)
    except TooManyVisits:
        steps = []
    if len(steps) > MOST_STEPS:
        steps, story = [], f"{story} Its {len(steps):,} steps are too many to be stepped through."
    left = {step.target: step.after for step in steps}
    wrong = [run[i].id for i, adjoint in left.items() if not nearly_equal(adjoint, run[i].adjoint)]
    at = -1
    if fault.edge and steps:
        at = find_wrong_step(steps, (*fault.edge, int(fault.edge_id.rpartition("_")[2])))
    told = {"instead": fault.instead, "story": story, "edge": fault.edge_id or "", "at": at, "wrong": wrong}
    return told | {"start": at + 1 or len(steps), "steps": [tell_step(step, run) for step in steps]}
