"""A run of a function as plain rows: what was computed, in which order, and what flowed back."""

import inspect
import itertools
import numbers
from functools import cached_property
from typing import NamedTuple

from . import notation
from .primitives import ARITHMETIC, Primitive
from .scalar import Scalar, one_number, teach, undefined_partial
from .sweep import operands_first
from .symbolic import Symbol

__all__ = ["Operand", "Row", "Step", "Trace", "trace"]


class Operand(NamedTuple):
    """One operand of a row: another row by its index, or a plain constant (index and partial None)."""

    index: int | None
    value: float
    partial: float | None


class Row(NamedTuple):
    """One line of the forward run: v₁ = log(v₋₁), its value, and its adjoint after the reverse sweep.

    index:     the number in its name: inputs count up to 0, results from 1 (claim N15)
    label:     the learner's own name of an input, else ""
    operation: the row of the table, or "input", or "constant" for a plain number that was returned
    level:     the longest distance from an input
    """

    index: int
    label: str
    operation: str
    operands: tuple
    value: float
    adjoint: float
    level: int

    @property
    def name(self):
        """v₋₁"""
        return notation.variable(self.index)

    @property
    def latex(self):
        """v_{-1}"""
        return notation.variable_latex(self.index)

    @property
    def bar(self):
        """v̄₋₁"""
        return notation.bar(self.index)

    @property
    def bar_latex(self):
        r"""\\bar{v}_{-1}"""
        return notation.bar_latex(self.index)

    @property
    def id(self):
        """The name in pictures: v-1."""
        return f"v{self.index}"

    @property
    def is_input(self):
        """Whether this row was given, not computed."""
        return self.operation == "input"

    @property
    def formula(self):
        """How it was computed, in text: log(v₋₁), or the label of an input."""
        if self.is_input:
            return self.label
        if self.operation == "constant":
            return notation.number(self.value)
        parts = [notation.number_part(x.value) if x.index is None else (notation.variable(x.index), notation.ATOM)
                 for x in self.operands]  # fmt: skip
        return Primitive.table[self.operation].notation.write_text(parts)[0]

    @property
    def formula_latex(self):
        """How it was computed, in LaTeX."""
        if self.is_input:
            return label_latex(self.label)
        if self.operation == "constant":
            return notation.number_latex(self.value)
        parts = [notation.number_part(x.value, notation.number_latex) if x.index is None
                 else (notation.variable_latex(x.index), notation.ATOM) for x in self.operands]  # fmt: skip
        return Primitive.table[self.operation].notation.write_latex(parts)[0]

    def partial(self, slot):
        """The formula of the local partial by one operand: the table's own, run on symbols named like the rows."""
        row = Primitive.table[self.operation]
        unknowns = [
            x.value if x.index is None else Symbol(notation.variable(x.index), notation.variable_latex(x.index))
            for x in self.operands
        ]
        return row.partials[slot](Symbol(self.name, self.latex), *unknowns)

    def partial_text(self, slot):
        """The formula of a local partial as text: 1 / v₋₁."""
        formula = self.partial(slot)
        return str(formula) if isinstance(formula, Symbol) else notation.number(formula)

    def partial_latex(self, slot):
        """The formula of a local partial in LaTeX."""
        formula = self.partial(slot)
        return formula.latex if isinstance(formula, Symbol) else notation.number_latex(formula)


class Step(NamedTuple):
    """One line of the reverse sweep: v̄₋₁ += v̄₁ ∂v₁/∂v₋₁ (claim N16).

    kind:         "seed" for the first line, else "flow"
    target:       index of the operand that receives
    source, slot: index of the result that hands on, and which of its operands this is; None for the seed
    first:        whether the target receives for the first time: written = then, += after
    """

    kind: str
    target: int
    source: int | None
    slot: int | None
    first: bool
    g: float
    partial: float
    contribution: float
    before: float | None
    after: float

    @property
    def sign(self):
        """= or +="""
        return "=" if self.first else "+="

    @property
    def text(self):
        """The line as the notes write it: v̄₋₁ += v̄₁ ∂v₁/∂v₋₁."""
        target = notation.bar(self.target)
        if self.source is None:
            return f"{target} = {notation.number(self.after)}"
        by = f"∂{notation.variable(self.source)}/∂{notation.variable(self.target)}"
        return f"{target} {self.sign} {notation.bar(self.source)} {by}"

    @property
    def latex(self):
        """The line in LaTeX."""
        target = notation.bar_latex(self.target)
        if self.source is None:
            return f"{target} = {notation.number_latex(self.after)}"
        source = notation.variable_latex(self.source)
        by = rf"\frac{{\partial {source}}}{{\partial {notation.variable_latex(self.target)}}}"
        return rf"{target} {self.sign} {notation.bar_latex(self.source)} {by}"

    @property
    def edge(self):
        """The name of the edge in pictures: e1_-1_0; None for the seed."""
        return None if self.source is None else f"e{self.source}_{self.target}_{self.slot}"


class Trace:
    """A whole run: its rows in the order of their numbers, and the reverse sweep as steps.

    >>> run = trace(lambda x, y: x * y + x, 2, 5)
    >>> [f"{row.name} = {row.formula}" for row in run.rows]
    ['v₋₁ = x', 'v₀ = y', 'v₁ = v₋₁ × v₀', 'v₂ = v₁ + v₋₁']
    >>> run.gradient
    {'x': 6.0, 'y': 2.0}
    """

    def __init__(self, rows, output, title="f"):
        self.rows, self.output, self.title = tuple(rows), output, title
        self.first_index = self.rows[0].index

    def __getitem__(self, index):
        if not self.first_index <= index < self.first_index + len(self.rows):
            raise IndexError(f"there is no v with the number {index}")
        return self.rows[index - self.first_index]

    def __len__(self):
        return len(self.rows)

    @property
    def inputs(self):
        """The rows that were given."""
        return tuple(row for row in self.rows if row.is_input)

    @property
    def value(self):
        """What the function returned."""
        return self[self.output].value

    @property
    def gradient(self):
        """The derivative by each input: label → number."""
        return {row.label: row.adjoint for row in self.inputs}

    @property
    def shape(self):
        """Which operations met which operands: equal for two runs that took the same way through the code."""
        return tuple(
            (row.operation, *(x.value if x.index is None else ("v", x.index) for x in row.operands)) for row in self.rows
        )

    @property
    def is_named(self):
        """The call as it is written: f(x1, x2)."""
        return f"{self.title}({', '.join(row.label for row in self.inputs)})"

    @cached_property
    def steps(self):
        """The reverse sweep: the seed, then from the newest row down, operands left to right (claim N16)."""
        return tuple(reverse_steps(self.rows, self.output))

    def find(self, which):
        """The row meant by a label, a name, an id, an index or a row.

        >>> trace(lambda x: x * x, 3).find("x").name
        'v₀'
        """
        if isinstance(which, Row):
            return which
        for row in self.rows:
            if which in (row.label, row.name, row.id, row.index) and which != "":
                return row
        known = ", ".join(row.label for row in self.inputs[:12])
        raise ValueError(f"there is no {which!r} in this run; its inputs are {known}, its rows "
                         f"{self.rows[0].name} … {self.rows[-1].name}")  # fmt: skip


def label_latex(label):
    r"""A learner's name for LaTeX: x1 → x_{1}; what is no plain name is set as text, escaped.

    >>> label_latex("x1"), label_latex("a_b")
    ('x_{1}', '\\text{a\\_b}')
    """
    letters = label.rstrip("0123456789")
    if letters.isalpha() and len(letters) == 1:
        return f"{letters}_{{{label[1:]}}}" if len(label) > 1 else label
    escapes = {"\\": r"\textbackslash ", "^": r"\char94 ", "~": r"\char126 "}
    return r"\text{%s}" % "".join(escapes.get(c, "\\" + c if c in "#$%&_{}" else c) for c in label)


births = itertools.count()


class Traced(Scalar):
    """A Scalar that knows when it was born, so that rows can be numbered in the order of evaluation."""

    __slots__ = ("born",)

    def __new__(cls, *args):
        self = object.__new__(cls)
        self.born = next(births)
        return self


teach(Traced)


def trace(f, *inputs, **named):
    """Run ``f`` once and return the run as plain rows.

    inputs:  numbers, or lists, tuples, dicts and arrays of numbers; ``named`` ones go by the name of the parameter;
             anything else (a bool, a string, None, a function) is handed to ``f`` as it is
    returns: Trace
    raises:  TypeError for a missing argument or a result that is not one number; whatever ``f`` itself raises
    """
    call = bound(f, inputs, named)
    leaves = {}
    arguments = [planted(x, label, leaves) for label, x in call.positional]
    keywords = {name: planted(x, name, leaves) for name, x in call.named.items()}
    out = one_result(f(*arguments, **keywords), title_of(f))
    return Trace(*numbered(out, leaves), title_of(f))


def title_of(f):
    """What to call the function in pictures: its own name, or f."""
    name = getattr(getattr(f, "func", f), "__name__", "f")
    return name if name.isidentifier() else "f"


class Call(NamedTuple):
    """Arguments with their labels: positional ones as pairs, the others by name."""

    positional: list
    named: dict


def bound(f, inputs, named):
    """Label every argument by the parameter that takes it, or x1, x2 … where parameters have no names."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # some built-in functions have none
        return Call([(f"x{i}", x) for i, x in enumerate(inputs, 1)], named)
    try:
        arguments = signature.bind(*inputs, **named)
    except TypeError as error:
        given = ", ".join([f"{x!r:.30}" for x in inputs] + [f"{name}={x!r:.30}" for name, x in named.items()])
        raise TypeError(f"{title_of(f)}{signature} was given ({given}): {error}") from None
    labels = []
    for name in arguments.arguments:
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            labels += [f"x{i}" for i in range(len(labels) + 1, len(arguments.args) + 1)]
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            labels.append(name)
    return Call(list(zip(labels, arguments.args, strict=False)), arguments.kwargs)


def planted(x, label, leaves):
    """The argument with a fresh leaf in the place of each number; ``leaves`` collects them with their labels."""
    if isinstance(x, (list, tuple)):
        return type(x)([planted(item, f"{label}[{i}]", leaves) for i, item in enumerate(x)])
    if isinstance(x, dict):
        return {key: planted(item, f"{label}[{key}]", leaves) for key, item in x.items()}
    if getattr(x, "shape", ()):
        copy = x.astype(object)
        for place in itertools.product(*map(range, x.shape)):
            copy[place] = planted(x[place], f"{label}[{', '.join(map(str, place))}]", leaves)
        return copy
    if isinstance(x, bool) or not (isinstance(x, (numbers.Number, Scalar)) or hasattr(x, "dtype")):
        return x
    leaf = Traced(x.value if isinstance(x, Scalar) else x)
    leaves[leaf] = label
    return leaf


def one_result(out, title):
    """The single number that a function returned: a Scalar, or a plain number if it used no input."""
    if isinstance(out, Scalar):
        return out
    if hasattr(out, "dtype") and getattr(out, "shape", ()) == ():
        return one_result(out.item(), title)
    if isinstance(out, numbers.Number):
        return one_number(out)
    size = f" of {len(out)}" if hasattr(out, "__len__") else ""
    raise TypeError(
        f"{title} returned a {type(out).__name__}{size}, and a run is followed back from one number: "
        "return one of its elements, or their sum"
    )


def numbered(out, leaves):
    """Rows in the order of their numbers, and the number of the output.

    Inputs come first, v₁₋ₙ … v₀; leaves that the function brought along itself count as inputs. Results follow by
    level, ties in the order of evaluation: that gives the notes' Figure 1 (claim N15).
    """
    nodes = operands_first(out) if isinstance(out, Scalar) else []
    brought = [v for v in nodes if v.operation is None and v not in leaves]
    labels = leaves | {v: f"w{i}" for i, v in enumerate(brought, 1)}
    level = dict.fromkeys(labels, 0)
    for v in nodes:
        if v.operation is not None:
            level[v] = 1 + max(level[x] for x in (v.parent1, v.parent2) if isinstance(x, Scalar))
    results = [v for v in nodes if v.operation is not None]
    results.sort(key=lambda v: (level[v], getattr(v, "born", -1)))
    index = {v: i for i, v in enumerate([*labels, *results], 1 - len(labels))}
    drafts = [
        Row(index[v], labels.get(v, ""), v.operation.name if v.operation else "input", operands_of(v, index), v.value,
            0.0, level[v])
        for v in index
    ]  # fmt: skip
    if isinstance(out, Scalar):
        return with_adjoints(drafts, index[out]), index[out]
    return [*drafts, Row(1, "", "constant", (), out, 1.0, 0)], 1


def operands_of(v, index):
    """The operands of a node as plain data, with the local partials where an operand is no constant."""
    row = v.operation
    if row is None:
        return ()
    nodes = [x for x in (v.parent1, v.parent2) if x is not None]
    values = [x.value if isinstance(x, Scalar) else x for x in nodes]
    try:
        return tuple(
            Operand(index[x], value, partial(v.value, *values)) if isinstance(x, Scalar) else Operand(None, value, None)
            for x, value, partial in zip(nodes, values, row.partials, strict=True)
        )
    except ARITHMETIC as error:
        raise undefined_partial(v, error) from None


def with_adjoints(rows, output):
    """The same rows with the adjoints of a reverse sweep from ``output``."""
    adjoint = {row.index: 0.0 for row in rows}
    adjoint[output] = 1.0
    for row in reversed(rows):
        for x in row.operands:
            if x.index is not None:
                adjoint[x.index] += adjoint[row.index] * x.partial
    return [row._replace(adjoint=adjoint[row.index]) for row in rows]


def reverse_steps(rows, output):
    """The reverse sweep as a list of steps; ``=`` where an operand receives first, ``+=`` after."""
    so_far = {output: 1.0}
    yield Step("seed", output, None, None, True, None, None, 1.0, None, 1.0)
    for row in reversed(rows):
        for slot, x in enumerate(row.operands):
            if x.index is None:
                continue
            g, before = so_far[row.index], so_far.get(x.index)
            flow = g * x.partial
            so_far[x.index] = flow if before is None else before + flow
            yield Step("flow", x.index, row.index, slot, before is None, g, x.partial, flow, before, so_far[x.index])
