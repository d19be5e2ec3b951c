"""Brackets on a chain of Jacobians: sizes to be changed, and what each order of multiplication costs."""

import traitlets

from ..ways.chain_orders import compare_brackets
from .explorer import Explorer, join_scripts

__all__ = ["Brackets", "brackets"]

MOST, LONGEST = 10_000, 8  # the largest size; Jacobians
MANY, MIDDLE, WAIST = 1000, 100, 2
TOLD = {
    "forward": "From the inputs on (forward mode) is the cheaper mode here: the other order takes",
    "reverse": "From the outputs back (reverse mode) is the cheaper mode here: the other order takes",
    "same": "Both modes cost the same here.",
    "better": "Neither mode is the cheapest order.",
}


def brackets(dims: list[int] | tuple[int, ...] = (1000, 100, 100, 1), /) -> "Brackets":
    """Multiply a chain of Jacobians in the order of forward mode, of reverse mode, and in the cheapest one.

    dims:    sizes d0 → d1 → … → dk, 4 to 9 whole numbers from 1 to 10,000: those of the inputs, of what lies
             between, and of the outputs
    returns: Brackets; a notebook shows it
    raises:  ValueError for other sizes

    >>> print(brackets([1000, 100, 10, 1]).text)
    1000 → 100 → 10 → 1
      order    brackets    multiplications
      forward  J₃ (J₂ J₁)  1,010,000
      reverse  (J₃ J₂) J₁  101,000
      best     (J₃ J₂) J₁  101,000
    """
    return Brackets(dims=require_chain(dims))


def require_chain(dims):
    """The sizes as a list; ValueError for what the widget cannot show."""
    dims = list(dims)
    whole = all(isinstance(d, int) and 1 <= d <= MOST for d in dims)
    if not (whole and 4 <= len(dims) <= LONGEST + 1):
        raise ValueError(
            f"sizes are 4 to {LONGEST + 1} whole numbers from 1 to {MOST:,}; received {dims!r:.60}"
        )
    return dims


class Brackets(Explorer):
    """What ``brackets`` returns.

    dims:  the sizes that are shown; setting them changes the picture
    sheet: the three orders with their costs, a Sheet
    scene: chains of the same length to choose from, and words
    """

    _esm = join_scripts("explorer.js", "brackets.js")

    scene = traitlets.Dict().tag(sync=True, type="BracketsScene")
    dims = traitlets.List(traitlets.Int()).tag(sync=True, type="number[]")

    def __init__(self, dims):
        inner = len(dims) - 2
        chains = {
            "yours": dims,
            "many to one": [MANY, *[MIDDLE] * inner, 1],
            "one to many": [1, *[MIDDLE] * inner, MANY],
            "a waist": [MANY, *[MIDDLE] * (inner // 2), WAIST, *[MIDDLE] * (inner - inner // 2 - 1), MANY],
        }
        super().__init__(scene={"chains": chains, "most": MOST, "told": TOLD}, dims=dims)

    @traitlets.validate("dims")
    def check_dims(self, proposal):
        """A chain of as many sizes as at first."""
        dims, shown = require_chain(proposal["value"]), self.scene["chains"]["yours"]
        if len(dims) != len(shown):
            raise ValueError(f"this chain has {len(shown)} sizes; received {len(dims)}: call brackets anew")
        return dims

    @property
    def sheet(self):
        """The three orders at the present sizes."""
        return compare_brackets(self.dims)

    def __repr__(self):
        return f"<brackets on {' → '.join(map(str, self.dims))}>"

    @property
    def text(self):
        """The three orders, written out, with their costs."""
        return self.sheet.text

    @property
    def still(self):
        """The same as a table."""
        return self.sheet.html
