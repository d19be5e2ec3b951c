"""The pass that runs a chain on large arrays a block at a time, forward and back, in the cache."""

import math
import re

from .drafts import Draft, Fact, Statement, names_read
from .spelling import Helper

__all__ = ["split_into_blocks"]

SMALLEST_BLOCK, LARGEST_BLOCK = 4000, 16384  # elements of a block
ELEMENTWISE = re.compile(r"[^()\[\]]+|gate\(.*\)|np\.(?:where|(\w+))\([\w.:, ()+-]*\)")
BUFFER_AT_END = re.compile(r", (?:out=)?(m\d+)\)$")
SUM_OF_ALL = re.compile(r"np\.sum\((\w+), \([-\d, ]+\), keepdims=False\)")
SPREAD_OUT = re.compile(r"np\.broadcast_to\((\w+), [^()]*\([-\d, ]+\)\)")


def split_into_blocks(draft, memory):
    """Where elementwise lines on large arrays end in sums: the program with one loop over blocks for them.

    memory: the pass that gives the inside of the loop its buffers
    """
    shape = max((fact.shape for fact in draft.facts.values()), key=math.prod, default=())
    size = math.prod(shape)
    sizes = range(LARGEST_BLOCK, SMALLEST_BLOCK, -1) if size > 2 * LARGEST_BLOCK else ()
    block = next((b for b in sizes if size % b == 0), 0)
    parts = block and sort_lines(draft, shape)
    if not parts:
        return draft
    before, inside, sums, after = parts
    made = {s.target for s in inside}
    reads = {name for s in inside for name in names_read(s.text)}.union(name for _, name in sums) - made
    given = [name for name in dict.fromkeys([*draft.inputs, *(s.target for s in before)]) if name in reads]
    large = [name for name in given if draft.facts[name].shape == shape]
    gradients = [name for name in draft.gradients if name in made]
    inner = Draft("", given, list(inside), "0.0", [*gradients, *(name for _, name in sums)], {}, {}, {})
    inner.buffers, inner.constants = draft.buffers, draft.constants
    for name in [*made, *given]:
        fact = draft.facts[name]
        inner.facts[name] = Fact((block,), fact.dtype, fact.owner) if fact.shape == shape else fact
    inner = memory(inner, reuse=True)
    outs = [f"{name}_all" for name in gradients]
    lines = [f"def in_blocks({', '.join(given)}):"]
    pairs = list(zip(outs, gradients, strict=True))
    lines += [f"    {o} = np.empty({shape}, np.{draft.facts[name].dtype.name})" for o, name in pairs]
    lines += [f"    {total} = 0.0" for total, _ in sums]
    lines += [f"    {name}_line = {name}.reshape(-1)" for name in [*large, *outs]]
    lines += [f"    for k in range(0, {size}, {block}):", f"        part = slice(k, k + {block})"]
    lines += [f"        {name} = {name}_line[part]" for name in large]
    into = {name: f"{o}_line[part]" for o, name in pairs}
    lines += [f"        {write_into(s, into)}" for s in inner.statements]
    lines += [f"        {total} = {total} + np.add.reduce({name})" for total, name in sums]
    lines += [f"        {place} = {name}" for name, place in into.items()]
    results = [*(total for total, _ in sums), *outs]
    lines.append(f"    return {', '.join(results)}")
    draft.helpers["in_blocks"] = Helper("\n".join(lines), None)
    targets = ", ".join([*(total for total, _ in sums), *gradients])
    call = Statement(targets, f"in_blocks({', '.join(given)})")
    draft.statements = [*(s._replace(back=False) for s in before), call, *after]
    return draft


def write_into(s, into):
    """A line that gives a gradient writes it to its place, which is then taken out of ``into``."""
    found = s.target in into and BUFFER_AT_END.search(s.text)
    return s._replace(text=f"{s.text[: found.start(1)]}{into.pop(s.target)})") if found else s


def sort_lines(draft, shape):
    """``(before, inside, sums, after)``: the lines around the loop and in it; None where it cannot be."""
    before, inside, sums, after, late = [], [], [], [], set()
    facts = draft.facts
    for s in draft.statements:
        reads, fact = names_read(s.text), facts.get(s.target)
        if fact is None:
            return None  # a guard looks at what the loop makes
        total, spread = SUM_OF_ALL.fullmatch(s.text), SPREAD_OUT.fullmatch(s.text)
        if fact.shape == shape:
            if late.intersection(reads):
                return None
            if spread and facts[spread[1]].shape != shape:
                inside.append(s._replace(text=f"{spread[1]}.reshape(-1)"))
            elif not is_elementwise(s.text) or any(other_shape(facts, n, shape) for n in reads):
                return None
            else:
                inside.append(s)
        elif total and facts[total[1]].shape == shape:
            sums.append((s.target, total[1]))
            late.add(s.target)
        elif any(facts[n].shape == shape for n in reads if n in facts):
            return None
        elif late.intersection(reads):
            after.append(s)
            late.add(s.target)
        else:
            before.append(s)
    return (before, inside, sums, after) if sums and inside else None


def is_elementwise(text):
    """Whether a line computes each element by itself: an operator, a gate, or a ufunc."""
    import numpy as np

    found = ELEMENTWISE.fullmatch(text)
    return bool(found) and (not found[1] or isinstance(getattr(np, found[1]), np.ufunc))


def other_shape(facts, name, shape):
    """Whether a name stands for an array that is neither of this shape nor a number."""
    return name in facts and math.prod(facts[name].shape) != 1 and facts[name].shape != shape
