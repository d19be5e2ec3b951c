"""A chain of equations for a derivative, with the evaluated steps between them, as a notebook shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from ..drawing.html_tables import FAINT_LINE
from .equalities import beside, fact_html
from .matrices import matrix_text

__all__ = ["Chain", "Form"]


class Form(NamedTuple):
    """One member of a chain.

    text:    how it is written, such as "tr(X′A′G)"
    compute: a function of the two factors and G
    reason:  why it equals the member before it, in words
    claim:   the claim of the notes that says so, or ""
    closed:  whether it is the derivative itself, a matrix; else a number that is to be differentiated
    """

    text: str
    compute: Callable
    reason: str = ""
    claim: str = ""
    closed: bool = False

    def derivative(self, wrt):
        """How its derivative is written: "∂tr(X′A′G)/∂X".

        >>> Form("tr(X′B)", sum).derivative("X"), Form("B", sum, closed=True).derivative("X")
        ('∂tr(X′B)/∂X', 'B')
        """
        return self.text if self.closed else f"∂{self.text}/∂{wrt}"

    def derivative_latex(self, wrt):
        """``derivative`` in LaTeX."""
        latex = self.text.replace("tr(", r"\operatorname{tr}(").replace("′", "'")
        latex = latex.replace("⟨", r"\langle ").replace("⟩", r" \rangle")
        return latex if self.closed else rf"\frac{{\partial {latex}}}{{\partial {wrt}}}"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Chain:
    """A derivation that was evaluated; true where every step holds; a notebook shows it.

    forms:    tuple of Form
    wrt:      with respect to what they are differentiated
    steps:    tuple of Equality, one for each equality sign, and one for the learner's own answer if there is
              one: ``.text .latex .reason .claim .comparisons .holds .difference``
    gradient: array: what the last form gives
    source:   whose derivation it is
    sizes:    the dimension analysis in words
    noise:    numbers up to this size are rounding
    """

    forms: tuple
    wrt: str
    steps: tuple
    gradient: Any
    source: str
    sizes: str
    noise: float = 0.0

    @property
    def holds(self):
        """Whether every step holds."""
        return all(step.holds for step in self.steps)

    @property
    def difference(self):
        """The largest difference that was measured."""
        return max(step.difference for step in self.steps)

    @property
    def heading(self):
        """The whole chain in one line."""
        return " = ".join(form.derivative(self.wrt) for form in self.forms)

    @property
    def latex(self):
        """The whole chain in LaTeX, one line for each equality sign, without dollar signs."""
        first, *rest = [form.derivative_latex(self.wrt) for form in self.forms]
        return rf"\begin{{aligned}} {first} &= " + r" \\ &= ".join(rest) + r" \end{aligned}"

    @property
    def verdict(self):
        """How it went, in a sentence."""
        failed = [str(i) for i, step in enumerate(self.steps, 1) if not step.holds]
        if not failed:
            return "Every step holds on these matrices."
        steps, do = ("Step", "does") if len(failed) == 1 else ("Steps", "do")
        return f"{steps} {', '.join(failed)} {do} not hold on these matrices."

    @property
    def result(self):
        """Name and numbers of the gradient."""
        return self.forms[-1].text, matrix_text(self.gradient, self.noise)

    @property
    def text(self):
        """The derivation as plain text."""
        lines = [self.heading, f"{self.source}.", self.sizes]
        for i, step in enumerate(self.steps, 1):
            lines += [f"{i}. {step.text}: {step.verdict}", *(f"   {line}" for line in step.lines)]
        name, numbers = self.result
        return "\n".join([*lines, *beside(f"{name} = ", numbers), self.verdict])

    @property
    def html(self):
        """The derivation as an HTML list of steps."""
        steps = "".join(
            f'<li style="margin:0;border-top:{FAINT_LINE}">{step.block(f"{i}. ")}</li>'
            for i, step in enumerate(self.steps, 1)
        )
        return (
            f'<div class="bp-derivation"><strong>{escape(self.heading)}</strong><br>'
            f"{escape(self.source)}. {escape(self.sizes)}"
            f'<ol style="list-style:none;padding:0;margin:0.4em 0">{steps}</ol>'
            f"{fact_html(*self.result)}<strong>{escape(self.verdict)}</strong></div>"
        )

    def __bool__(self):
        return self.holds

    def __len__(self):
        return len(self.steps)

    def __getitem__(self, i):
        return self.steps[i]

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/latex": f"$${self.latex}$$", "text/plain": self.text}
