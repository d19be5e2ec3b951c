"""How a row of the second table is written, its formula and its vJps, and how it is called to be tried."""

import re
from typing import NamedTuple

import numpy as np

from ...drawing.notation import PRODUCT, Notation, Style, function, latex_to_text

__all__ = ["ANY_SHAPE", "Case", "Written", "juxtaposed"]


class Case(NamedTuple):
    """A call to try a row on: the shapes of its operands, further arguments, and those given by name."""

    shapes: tuple
    arguments: tuple
    options: dict


ANY_SHAPE = [((2, 3),), ((),), ((3,),), ((1,),), ((1, 3),), ((2, 1),), ((2, 3, 2),), ((0, 2),)]


class Written:
    """The part of a row that nothing is computed by; ``Structural`` says what its columns are."""

    @property
    def listed(self):
        """Whether it takes its operands as one list."""
        return self.gathers and not self.before

    def case(self, *given):
        """The Case of a call in which a shape stands for each operand."""
        *given, options = given if isinstance(given[-1], dict) else (*given, {})
        first, given = given[: self.before], given[self.before :]
        n = len(given) if self.gathers else len(self.vjps)
        shapes, rest = (given[0], given[1:]) if self.listed else (given[:n], given[n:])
        return Case(tuple(shapes), (*first, *rest), options)

    def call(self, f, operands, arguments=(), **options):
        """Call ``f``, this row or another library's function for it, in the way this row is called."""
        operands = [list(operands)] if self.listed else operands
        return f(*arguments[: self.before], *operands, *arguments[self.before :], **options)

    def rule(self, i, g="G", out="Y", operands=None):
        r"""The vJp of operand ``i`` in LaTeX, with names for its places: G\,Y'. Gathered ones share it."""
        names = dict(zip(self.letters, operands or ("X", "Y", "Z"), strict=False))
        return self.templates[0 if self.gathers else i].format(g=g, out=out, i=i + 1, **names)

    @property
    def rules(self):
        """Each operand's vJp in LaTeX; G is the incoming cotangent."""
        return [self.rule(i, out="F") for i in range(len(self.templates))]

    @property
    def words(self):
        """``rules`` in plain text."""
        return [latex_to_text(rule) for rule in self.rules]

    def options_text(self, options):
        """The options as a formula shows them: ", axis=-1"; nothing where they are the usual ones."""
        given = ((name, options[place]) for name, place in self.shown.items())
        return "".join(f", {name}={shortly(x)}" for name, x in given if x is not None and x is not False)

    def notation_of(self, count):
        """How it is written with this many operands; gathered ones stand in a list in text."""
        if not self.gathers:
            return self.notation
        name, inside = self.name.lstrip("_"), ["{}"] * count
        latex = function(name, rf"\operatorname{{{name}}}", count).latex
        return Notation(Style(f"{name}([{', '.join(inside)}])", latex.level, latex.needs), latex)

    def write_text(self, parts, options=()):
        """Operands as pairs (text, level) → the operation's own pair."""
        text, level = self.notation_of(len(parts)).write_text(parts)
        extra = self.options_text(options)
        return (text[:-1] + extra + ")" if text.endswith(")") else text + extra.replace(",", "")), level

    def write_latex(self, parts, options=()):
        """Operands as pairs (LaTeX, level) → the operation's own pair, with the options inside."""
        latex, level = self.notation_of(len(parts)).write_latex(parts)
        return with_options(latex, self.options_text(options)), level


def with_options(latex, options):
    """LaTeX of a function with its options, a text such as ", axis=0", inside its parenthesis."""
    end = r"\right)"
    if not options or not latex.endswith(end):
        return latex
    text = re.sub(r"([#$%&_{}])", r"\\\1", options.removeprefix(", "))
    return rf"{latex.removesuffix(end)},\ \text{{{text}}}{end}"


def shortly(x):
    """An option in few characters."""
    if isinstance(x, np.ndarray):
        return f"array{x.shape}" if x.size > 6 else np.array2string(x, separator=", ")
    return f"{x!r:.40}"


def juxtaposed(text):
    """The notation of a product of matrices: an infix sign in text, side by side in LaTeX."""
    needs = (PRODUCT, PRODUCT + 1)
    return Notation(Style(f"{{}} {text} {{}}", PRODUCT, needs), Style(r"{}\,{}", PRODUCT, needs))
