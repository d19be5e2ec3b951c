"""How numbers, the notes' variables and expressions are written, as text and as LaTeX."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from .array_text import array_latex, array_text
from .text_columns import printable

__all__ = ["ATOM", "LATEX", "NEGATIVE", "POWER", "PRODUCT", "SUBSCRIPTS", "SUM", "TEXT", "Named", "Notation",
           "Script", "Style", "bar", "factor", "function", "in_both_scripts", "infix", "label_latex",
           "latex_to_text", "name_number", "number", "number_latex", "number_part", "variable"]  # fmt: skip

SUM, NEGATIVE, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5  # how tightly it binds; what is looser gets parentheses

SUBSCRIPTS = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DASH = "–"
STEM = re.compile(r"(?<!\w)_*([^\W\d_]+)")  # of a name: the letters that it begins with


class Over(NamedTuple):
    """What stands over a name: as text, after a longer word; over a letter in LaTeX, and over a word."""

    text: str
    after: str
    latex: str
    long: str


BAR = Over("\N{COMBINING MACRON}", "_bar", r"\bar", r"\overline")  # an adjoint
DOT = Over("\N{COMBINING DOT ABOVE}", "_dot", r"\dot", r"\dot")  # a tangent


def number(x, digits=6):
    """Write a number in at most ``digits`` significant digits, an array small; a dash if not computed.

    >>> number(11.652071455223084), number(2.0), number(-0.0), number(None)
    ('11.6521', '2', '0', '–')
    """
    if x is None:
        return DASH
    if getattr(x, "ndim", 0):
        return array_text(x, number)
    if isinstance(x, complex):
        return f"({number(x.real, digits)}{'+' if x.imag >= 0 else '-'}{number(abs(x.imag), digits)}j)"
    text = format(x if hasattr(type(x), "__primitives__") else float(x), f".{digits}g")
    return "0" if text == "-0" else text


def number_latex(x, digits=6):
    r"""Write a number for LaTeX, with powers of ten spelled out.

    >>> number_latex(1.5e-7)
    '1.5 \\cdot 10^{-7}'
    """
    if getattr(x, "ndim", 0):
        return array_latex(x, number_latex)
    if isinstance(x, complex):
        sign = "+" if x.imag >= 0 else "-"
        return rf"\left({number_latex(x.real, digits)} {sign} {number_latex(abs(x.imag), digits)} i\right)"
    mantissa, e, exponent = number(x, digits).partition("e")
    if not e:
        return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{nan}"}.get(mantissa, mantissa)
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def label_latex(label):
    r"""A learner's name for LaTeX: x1 → x_{1}; what is no plain name is set as text, escaped.

    >>> label_latex("x1"), label_latex("a_b")
    ('x_{1}', '\\text{a\\_b}')
    """
    if is_plain(label):
        return f"{label[0]}_{{{label[1:]}}}" if len(label) > 1 else label
    return label_text_latex(label)


def label_text_latex(label):
    r"""A name, or a part of one, set as text: a_b → \text{a\_b}."""
    escapes = {"\\": r"\textbackslash ", "^": r"\char94 ", "~": r"\char126 "}
    text = "".join(escapes.get(c, "\\" + c if c in "#$%&_{}" else c) for c in printable(label))
    return rf"\text{{{text}}}"


def is_plain(label):
    """Whether a name is a letter and an index, set as a variable; v1 is not, which would read as v₁."""
    letter, digits = label[:1], label[1:]
    return letter.isalpha() and (not digits or (digits.isdecimal() and digits.isascii() and letter != "v"))


def split_label(label):
    """A learner's name in three: what gets a bar, and what stands before and after it.

    >>> split_label("x1"), split_label("layers[0].bias"), split_label("p[W1]")
    (('', 'x', '1'), ('layers[0].', 'bias', ''), ('p[', 'W', '1]'))
    """
    start, end = [(0, len(label)), *(found.span(1) for found in STEM.finditer(label))][-1]
    return label[:start], label[start:end], label[end:]


def bar_text(label, over=BAR):
    """The adjoint of a learner's name as text; or its tangent, with a dot. A word has _bar after it.

    >>> bar_text("x1"), bar_text("p[W1]"), bar_text("x1", DOT), bar_text("p[bias2]")
    ('x̄1', 'p[W̄1]', 'ẋ1', 'p[bias2_bar]')
    """
    before, stem, after = map(printable, split_label(label))
    if len(stem) < 3:
        return before + "".join(letter + over.text for letter in stem) + after
    rest = re.match(r"\w*", after)[0]
    return before + stem + rest + over.after + after[len(rest) :]


def bar_latex(label, over=BAR):
    r"""The adjoint of a learner's name for LaTeX; or its tangent, with a dot.

    >>> bar_latex("x1"), bar_latex("p[W1]")
    ('\\bar{x}_{1}', '\\text{p[}\\overline{\\text{W}}\\text{1]}')
    """
    if is_plain(label):
        return rf"{over.latex}{{{label[0]}}}{label_latex(label)[1:]}"
    before, stem, after = (label_text_latex(part) if part else "" for part in split_label(label))
    return rf"{before}{over.long}{{{stem}}}{after}"


class Named(int):
    r"""The number of a row that has a name: an int where it counts, the name where it is written.

    >>> x = Named(-1, "x1")
    >>> x == -1, TEXT.variable(x), LATEX.bar(x), TEXT.variable(-1)
    (True, 'x1', '\\bar{x}_{1}', 'v₋₁')
    """

    def __new__(cls, number, label):
        self = super().__new__(cls, number)
        self.label = label
        return self

    def __getnewargs__(self):
        return int(self), self.label


LONGEST_NAME = 20  # characters of a learner's name; a longer one would fill every formula it is in


def name_number(number, label):
    """The number of a row, to be written as its label where there is one of moderate length.

    >>> TEXT.variable(name_number(-1, "x1")), TEXT.variable(name_number(-1, "network[0][0][weights][0]"))
    ('x1', 'v₋₁')
    """
    return Named(number, label) if 0 < len(label) <= LONGEST_NAME else int(number)


class Script(NamedTuple):
    """Text or LaTeX: how numbers, variables, adjoints, local partials and a learner's names are written.

    >>> [(x.variable(-1), x.bar(5), x.partial(1, 0)) for x in (TEXT, LATEX)]  # doctest: +NORMALIZE_WHITESPACE
    [('v₋₁', 'v̄₅', '∂v₁/∂v₀'),
     ('v_{-1}', '\\\\bar{v}_{5}', '\\\\frac{\\\\partial v_{1}}{\\\\partial v_{0}}')]
    """

    name: str
    dots: str
    number: Callable
    label: Callable
    bar_label: Callable
    index: Callable
    ratio: str

    def variable(self, index):
        """The name of a variable: the learner's if it is ``Named``, else the notes'."""
        label = getattr(index, "label", "")
        return self.label(label) if label else "v" + self.index(index)

    def bar(self, index, over=BAR):
        """The name of a variable's adjoint, with a bar."""
        label = getattr(index, "label", "")
        return self.bar_label(label or "v", over) + (self.index(index) if not label else "")

    def dot(self, index):
        """The name of a variable's tangent, with a dot."""
        return self.bar(index, DOT)

    def partial(self, result, operand):
        """The name of a local partial."""
        return self.ratio.format(self.variable(result), self.variable(operand))

    def write(self, how, parts, *options):
        """An operation as its notation ``how`` has it: operands as pairs (string, level) → its own pair."""
        return getattr(how, f"write_{self.name}")(parts, *options)


TEXT = Script("text", "…", number, printable, bar_text, lambda index: str(index).translate(SUBSCRIPTS),
              "∂{}/∂{}")  # fmt: skip
LATEX = Script("latex", r"\ldots", number_latex, label_latex, bar_latex, "_{{{}}}".format,
               r"\frac{{\partial {}}}{{\partial {}}}")  # fmt: skip
variable, bar = TEXT.variable, TEXT.bar


def in_both_scripts(write):
    """Two properties out of a method that takes a script: what it gives as text, and as LaTeX."""
    text, latex = (lambda self: write(self, TEXT)), (lambda self: write(self, LATEX))
    return property(text, doc=write.__doc__), property(latex, doc=f"{write.__doc__} In LaTeX.")


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write an operation: a template, how tightly it binds, how tightly each operand must."""

    template: str
    level: int
    needs: tuple

    def write(self, parts, left, right):
        """Put ``parts``, pairs of string and level, into the template; too loose ones in parentheses.

        >>> Style("{} × {}", PRODUCT, (PRODUCT, POWER)).write([("a + b", SUM), ("c", ATOM)], "(", ")")
        ('(a + b) × c', 3)
        """
        shown = [
            text if level >= least else f"{left}{text}{right}"
            for (text, level), least in zip(parts, self.needs, strict=True)
        ]
        template = self.template
        if template == "{} {}" and (shown[1][0].isdigit() or any(x.startswith(r"\text") for x in shown)):
            # x 2 and \text{a} \text{b} would read as one name
            template = r"{} \cdot {}"
        text = template.format(*shown)
        return text, min(self.level, NEGATIVE) if text.startswith("-") else self.level  # x -2 y is no product


@dataclass(frozen=True, slots=True)
class Notation:
    """How an operation is written: once as text, once as LaTeX."""

    text: Style
    latex: Style

    def write_text(self, parts):
        """Operands as pairs (text, level) → the operation's own pair."""
        return self.text.write(parts, "(", ")")

    def write_latex(self, parts):
        """Operands as pairs (LaTeX, level) → the operation's own pair."""
        return self.latex.write(parts, r"\left(", r"\right)")


def infix(text, latex, level, needs):
    """The notation of an operator that stands between its operands.

    >>> infix("-", "-", SUM, (SUM, PRODUCT)).write_text([("a", ATOM), ("b - c", SUM)])
    ('a - (b - c)', 1)
    """
    return Notation(Style(f"{{}} {text} {{}}", level, needs), Style(f"{{}} {latex} {{}}", level, needs))


def function(text, latex, operands=1):
    r"""The notation of a function written before its operands.

    >>> function("log", r"\log").write_latex([("x + 1", SUM)])
    ('\\log\\left(x + 1\\right)', 5)
    """
    inside, needs = ", ".join(["{}"] * operands), (0,) * operands
    latex = latex.replace("{", "{{").replace("}", "}}")  # braces of LaTeX are no places for operands
    return Notation(
        Style(f"{text}({inside})", ATOM, needs),
        Style(rf"{latex}\left({inside}\right)", ATOM, needs),
    )


def number_part(x, write=number):
    """A constant as a pair (string, level): a negative one binds less tightly than a name.

    >>> number_part(-2.0), number_part(3)
    (('-2', 2), ('3', 5))
    """
    text = write(x)
    if isinstance(x, complex):  # comes in parentheses of its own
        return text, ATOM
    return text, NEGATIVE if text.startswith("-") else PRODUCT if "cdot" in text else ATOM


def factor(x, write=number):
    """A number as a factor or a later addend: in parentheses where it brings a sign.

    >>> factor(-1.0), factor(0.5)
    ('(-1)', '0.5')
    """
    text, level = number_part(x, write)
    return f"({text})" if level <= NEGATIVE else text


PLAIN_SIGNS = {
    r"\,": " ", r"\;": " ", r"\ ": " ", r"\left": "", r"\right": "", "'": "′", r"\top": "′", r"\ldots": "…",
    r"\odot": " ⊙ ", r"\cdot": "·", r"\otimes": "⊗", r"\oslash": "⊘", r"\ne": "≠", r"\sum": "Σ",
    r"\prod": "∏", r"\bar v": "v̄", r"\bar{v}": "v̄", r"\langle ": "⟨", r"\langle": "⟨", r"\rangle": "⟩",
    r"\lVert ": "‖", r"\lVert": "‖", r"\rVert": "‖", r"[\,": "[", r"\,]": "]",
    r"\text{-}": "\N{NON-BREAKING HYPHEN}",
}  # fmt: skip


def latex_to_text(latex):
    r"""A short formula of LaTeX as plain text.

    >>> latex_to_text(r"G\,Y'"), latex_to_text(r"\operatorname{sum}\left(G\right)")
    ('G Y′', 'sum(G)')
    >>> latex_to_text(r"\tfrac{G}{n}(x-y)"), latex_to_text(r"X'^{-1}G")
    ('G/n (x - y)', 'X′⁻¹ G')
    """
    for sign in sorted(PLAIN_SIGNS, key=len, reverse=True):
        latex = latex.replace(sign, PLAIN_SIGNS[sign])
    latex = re.sub(r"\\tfrac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2 ", latex)
    latex = re.sub(r"_\{(\d+)\}", lambda found: found[1].translate(SUBSCRIPTS), latex)
    latex = re.sub(r"\^\{(-?\d+)\}", lambda found: found[1].translate(SUPERSCRIPTS) + r"\,", latex)
    latex = re.sub(r"\\,(?=[)\],]|$)", "", latex).replace(r"\,", " ")
    latex = re.sub(r"\\(?:operatorname|text|mathrm)?", "", latex)
    latex = re.sub(r"(?<=[^\s(\[,])-(?=\S)", " - ", latex).replace("\N{NON-BREAKING HYPHEN}", "-")
    return re.sub(r" {2,}", " ", re.sub(r"[{}]", "", latex)).strip()
