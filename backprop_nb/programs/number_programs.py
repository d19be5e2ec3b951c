"""Programs on numbers, written in Python and the module math: Figure 1 of the notes as code."""

from ..core.primitives import Unary
from ..core.scalar import Scalar
from ..runs.tracing import one_result, place_nodes
from .drafts import Draft, Statement, constant_text, input_names
from .following import followed_nodes, number_held
from .spelling import SIGN_OF, Code, helpers_in, spell, spell_slope

__all__ = ["draft_numbers", "guards_by_place"]


def draft_numbers(run, wanted):
    """The program of a run on numbers: a line an operation, then a line a contribution (claims N15, N16).

    wanted: the leaves that get a gradient
    """
    nodes, out = followed_nodes(run), one_result(run.out, run.title)
    labels, index, _ = place_nodes(nodes, run.leaves, lambda v: (v.parent1, v.parent2))
    names = dict(zip(labels, input_names(list(labels.values())), strict=True))
    names |= {v: f"v{index[v]}" for v in index if v not in names}
    brought = [v for v in labels if v not in run.leaves]
    results = [v for v in index if v.operation is not None]
    statements = [Statement(names[v], constant_text(number_held(v))) for v in brought]
    checks = guards_by_place(run.guards, names, results)
    statements += checks.get(None, [])
    for v in results:
        operands = [code_of_operand(x, names) for x in operands_of_node(v)]
        statements += [Statement(names[v], spell(v.operation, *operands).text), *checks.get(v, [])]
    gradients, back = sweep_back_in_code(results, out, names)
    value = names[out] if isinstance(out, Scalar) else constant_text(out)
    inputs = [names[v] for v in run.leaves]
    draft = Draft(run.title, inputs, statements + back, value, [gradients.get(v, "0.0") for v in wanted])
    draft.helpers = helpers_in(draft.statements)
    return draft


def operands_of_node(v):
    """The operands of a Scalar that was computed."""
    return (v.parent1,) if isinstance(v.operation, Unary) else (v.parent1, v.parent2)


def code_of_operand(x, names):
    """The name of a node; a constant as it is."""
    return Code(names[x]) if isinstance(x, Scalar) else x


def guards_by_place(guards, names, results):
    """{node: guards that can be asked as soon as it is known}; None for those on inputs alone."""
    place, found = {v: i for i, v in enumerate(results)}, {}
    for sign, *ends, holds in guards:
        nodes = [v for v in ends if hasattr(v, "born")]
        at = max((v for v in nodes if v in place), key=place.get, default=None)
        x, y = (names[v] if hasattr(v, "born") else constant_text(v) for v in ends)
        test = f"{x} {SIGN_OF[sign]} {y}"
        statement = Statement("", f"not {test}" if holds else test)
        found.setdefault(at, {})[statement] = True  # each once, in their order
    return found


def sweep_back_in_code(results, out, names):
    """The way back: {node: name of its adjoint}, and the statements."""
    bars, back = {}, []
    if isinstance(out, Scalar):
        bars[out] = f"{names[out]}_bar"
        back.append(Statement(bars[out], "1.0", back=True))
    for v in reversed(results):
        if v not in bars:
            continue
        xs = operands_of_node(v)
        operands = [code_of_operand(x, names) for x in xs]
        for slot, x in enumerate(xs):
            if not isinstance(x, Scalar):
                continue
            flow = spell_slope(v.operation, slot, bars[v], Code(names[v]), *operands)
            if x in bars:
                flow = f"{bars[x]} + {f'({flow})' if ' if ' in flow else flow}"
            bars[x] = f"{names[x]}_bar"
            back.append(Statement(bars[x], flow, back=True))
    return bars, back
