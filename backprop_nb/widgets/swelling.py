"""Expression swell: the derivative of a function as deep as a slider says, as a tree and as a graph."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import traitlets

from ..core.calling import call_learners
from ..core.symbolic import Symbol, excerpt
from ..drawing.graphviz_engines import NoPicture
from ..drawing.html_tables import html_table
from ..drawing.text_columns import align_columns, quantity
from ..runs.tracing import title_of
from ..ways.expressions import apply_rules, dag, tree
from .curves import Frame, join_places, tell_plot, tick
from .explorer import Explorer, embed_picture, join_scripts

__all__ = ["Swell", "swell"]

DEEPEST = 20
SIZE_PLOT = Frame(250, 330, 48, 44, 14, 34)
NAMES_OF_SIZES = {"tree": "tree", "dag": "graph"}
COLUMNS = ("depth", "tree", "graph")


def swell(f: Callable[..., Any], /, depth: int = 3, deepest: int = 8) -> "Swell":
    """Watch a symbolic derivative swell with the depth of its function, and what is left without copies.

    f:       of one argument, and applied to its own result, f(f(x)) at depth 2; or f(x, n), at depth n
    depth:   where the slider stands at first, beyond the end at the end
    deepest: where it ends
    returns: Swell; a notebook shows it
    raises:  ValueError for other depths; TypeError for a function that gives no expression; what ``f`` raises

    >>> widget = swell(lambda x: 4 * x * (1 - x), deepest=4)
    >>> print(widget.text)
    The derivative of f(x) = 4 × x × (1 - x), applied to itself
    depth  tree  graph
        1    14     10
        2    52     18
        3   152     26
        4   400     34
    """
    if not (isinstance(deepest, int) and 1 <= deepest <= DEEPEST):
        raise ValueError(f"deepest is a whole number from 1 to {DEEPEST}; received {deepest!r:.40}")
    if not (isinstance(depth, int) and depth >= 1):
        raise ValueError(f"depth is a whole number, 1 or more; received {depth!r:.40}")
    return Swell(f, deepest, position=depth - 1)


class Swell(Explorer):
    """What ``swell`` returns.

    depth:       where the slider stands; setting it moves the slider, beyond an end to that end
    derivatives: one for each depth, as the textbook rules give it
    scene:       everything that is shown, computed beforehand: the widget itself needs no kernel
    """

    _esm = join_scripts("explorer.js", "slide.js", "plot.js", "swell.js")

    scene = traitlets.Dict().tag(sync=True, type="SwellScene")
    position = traitlets.Int().tag(sync=True)

    def __init__(self, f, deepest, **options):
        heading, self.derivatives = derive(f, deepest)
        places = [tell_depth(i, derivative) for i, derivative in enumerate(self.derivatives, 1)]
        scene = {"heading": heading, "slid": "depth", "fixed": "", "places": places}
        scene["plot"] = draw_sizes(self.derivatives, places)
        super().__init__(scene=scene, **options)

    @property
    def depth(self):
        """Where the slider stands."""
        return self.position + 1

    @depth.setter
    def depth(self, depth):
        self.position = depth - 1

    @traitlets.validate("position")
    def check_position(self, proposal):
        """Beyond an end means that end."""
        return max(0, min(proposal["value"], len(self.derivatives) - 1))

    def __repr__(self):
        return f"<swell at depth {self.depth}>"

    @property
    def rows(self):
        """Depth, nodes of the tree and nodes of the graph, in words, for each depth."""
        return [(told["at"], told["tree"]["count"], told["dag"]["count"]) for told in self.scene["places"]]

    @property
    def text(self):
        """How many nodes tree and graph have at each depth."""
        return "\n".join([self.scene["heading"], *align_columns([COLUMNS, *self.rows], right=True)])

    @property
    def still(self):
        """Tree and graph at the present depth, and the sizes at every depth."""
        derivative = self.derivatives[self.position]
        pictures = embed_picture(tree(derivative)) + embed_picture(dag(derivative))
        table = html_table(self.scene["heading"], COLUMNS, self.rows)
        return f"<p>At depth {self.depth}:</p>{pictures}{table}"


def derive(f, deepest):
    """What the derivatives are of, in words, and those at each depth, as the textbook rules give them."""
    parameters = list(inspect.signature(f).parameters.values())
    takes_depth = sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters) == 2
    x, title, y = Symbol(parameters[0].name), title_of(f), None
    heading, derivatives = f"The derivative of {title}({x.name}, n), n = depth", []
    for n in range(1, deepest + 1):
        y = call_learners(f, (x, n) if takes_depth else (y if n > 1 else x,), {})
        if not isinstance(y, Symbol):
            raise TypeError(f"{title} must give an expression of {x.name}; on a symbol it gave {y!r:.60}")
        if n == 1 and not takes_depth:
            heading = f"The derivative of {title}({x.name}) = {excerpt(y)}, applied to itself"
        derivatives.append(apply_rules(y, x.name, naive=True))
    return heading, derivatives


def tell_depth(depth, derivative):
    """What the browser shows of one depth."""
    told = {name: tell_picture(draw(derivative)) for name, draw in (("tree", tree), ("dag", dag))}
    words = (
        f"At depth {depth} the derivative has {told['tree']['count']} nodes, as the rules write it. "
        f"{told['dag']['count']} of them are different, and the graph has each only once."
    )
    return {"at": str(depth), "words": words, **told}


def tell_picture(picture):
    """A picture as the browser needs it, or why there is none; and its size."""
    told = {"words": picture.summary, "count": quantity(picture.size)}
    try:
        return told | {"svg": picture.svg, "why": ""}
    except (NoPicture, ValueError) as reason:
        return told | {"svg": "", "why": str(reason)}


def draw_sizes(derivatives, places):
    """Both sizes against the depth, on a logarithmic scale."""
    sized = {"tree": tree, "dag": dag}
    logs = {kind: [math.log10(draw(x).size) for x in derivatives] for kind, draw in sized.items()}
    most = max(1, *logs["tree"], *logs["dag"])
    put = SIZE_PLOT.place_in(0, len(places) - 1, 0, most)
    bottom, right = SIZE_PLOT.high - SIZE_PLOT.bottom, SIZE_PLOT.wide - SIZE_PLOT.right
    still = [tick(put(i, 0)[0], bottom + 14, "middle", place["at"]) for i, place in enumerate(places)]
    still.append(tick((SIZE_PLOT.left + right) / 2, SIZE_PLOT.high - 4, "middle", "depth"))
    for power in range(0, math.floor(most) + 1, math.ceil(most / 6)):
        down = put(0, power)[1]
        still.append(["line", "bp-here", [SIZE_PLOT.left, down, right, down]])
        size = str(10**power) if power < 6 else f"10^{power}"
        still.append(tick(SIZE_PLOT.left - 6, down + 4, "end", size))
    for kind, name in NAMES_OF_SIZES.items():
        line = join_places(put(*at) for at in enumerate(logs[kind]))
        still.append(["polyline", f"bp-swell-{kind}", [line]])
        still.append(tick(right + 8, put(0, logs[kind][-1])[1] + 4, "start", name))
    moving = [["line", "bp-swell-here"], ["circle", "bp-dot"], ["circle", "bp-dot"]]
    dots = [[[*put(i, logs[kind][i]), 5] for kind in NAMES_OF_SIZES] for i in range(len(places))]
    shown = [[[x, SIZE_PLOT.top, x, bottom], *both] for both in dots for x in both[0][:1]]
    words = [
        f"At depth {place['at']}: tree {place['tree']['count']}, graph {place['dag']['count']} nodes"
        for place in places
    ]
    caption = "Nodes against depth, on a logarithmic scale"
    return tell_plot(SIZE_PLOT, caption, still, moving, shown, words)
