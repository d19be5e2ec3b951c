"""Passes: each takes a program and gives one that computes the same with less work, or in less memory."""

import re
from collections import Counter

from .blocks import split_into_blocks
from .drafts import NAME, Statement, forget_names, names_read, rename_text
from .simplifying import shorten_lines

__all__ = ["PASSES", "apply_passes"]

A_NUMBER = r"\(?(-?\d[\d.]*(?:e[-+]?\d+)?)\)?"
ARGUMENT = re.compile(r"(?<=[( ])-?\d[\d.]*(?:e[-+]?\d+)?(?=[,)])")
SCALED = re.compile(rf"(\w+) \* {A_NUMBER}|-(\w+)")  # x * 3.0, -x
LINEAR = tuple(map(re.compile, (r"(\w+) \* (\w+)", r"(\w+) / [^\W\d]\w*", r"gate\((\w+), \w+\)")))
INFIX_CALL = re.compile(r"\(?(-?[\w.]+)\)? (\+|-|\*|/|!=|==|<=|>=|<|>) \(?(-?[\w.]+)\)?")
MATRIX_DOT = re.compile(r"[\w.]+\.dot\([\w.]+\)")
PURE = re.compile(r"np\.\w+\(.*\)|[\w.]+\.dot\([\w.]+\)|[^()]*")  # helpers may write into an array
UFUNC_OF = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "!=": "not_equal", "==": "equal",
            "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal"}  # fmt: skip
ONE_CALL = re.compile(r"[\w.]+(\([^()]*\))?")
LONGEST_NESTED = 150  # characters; Python reads at most 200 parentheses in each other
SAFE_FACTORS = 1e-3, 1e3  # what is left at its place beyond: moved, it might overflow on its way


def drop_unused(draft, reuse=False):
    """Leave out what no result and no guard reads, such as adjoints of what wants none."""
    needed, kept = set(draft.results), []
    for s in reversed(draft.statements):
        if not s.target or s.target in needed:
            needed.discard(s.target)
            needed.update(names_read(s.text))
            kept.append(s)
    draft.statements = kept[::-1]
    return draft


def share_values(draft, reuse=False):
    """Compute once what two lines compute, and do without second names for one value."""
    writes = Counter(s.target for s in draft.statements)
    writing = [s.text for s in draft.statements if s.text.startswith("one_less(")]
    written = {name for text in writing for name in names_read(text)}
    names, known, kept = {}, {}, []
    for s in draft.statements:
        text = rename_text(s.text, names)
        first = text if text.isidentifier() else known.get(text)
        once = s.target and writes[s.target] == 1 and s.target not in draft.results
        if once and first and writes[first] == 1 and first not in draft.inputs:
            names[s.target] = first
            continue
        if draft.facts and s.target and s.target not in written and PURE.fullmatch(text):
            known.setdefault(text, s.target)
        kept.append(s._replace(text=text))
    draft.statements = kept
    return forget_names(draft, names)


def merge_factors(draft, reuse=False):
    """On the way back of arrays, move a constant factor past the next product, until it meets another one."""
    lines, at = draft.statements, 0 if is_roomy(draft) else len(draft.statements)
    uses = Counter(name for s in lines for name in names_read(s.text)) + Counter(draft.gradients)
    while at < len(lines):
        s = lines[at]
        at += 1
        scaled = s.back and uses[s.target] == 1 and SCALED.fullmatch(s.text)
        if not scaled or s.target in draft.gradients:
            continue
        x, c = scaled[1] or scaled[3], float(scaled[2] or -1.0)
        j = next(j for j in range(at, len(lines)) if s.target in names_read(lines[j].text))
        u, text = lines[j].target, lines[j].text
        again, name = SCALED.fullmatch(text), rf"\b{s.target}\b"
        if again:
            c *= float(again[2] or -1.0)
        if not SAFE_FACTORS[0] <= abs(c) <= SAFE_FACTORS[1]:
            continue
        if again and c == 1.0 and u not in draft.gradients:
            lines[j] = Statement(u, x, back=True)
        elif again:
            lines[j] = Statement(u, f"{x} * {c!r}", back=True)
        elif is_linear(text, s.target) and draft.facts[u][:2] == draft.facts[x][:2]:
            lines[j : j + 1] = [
                Statement(s.target, re.sub(name, x, text), back=True),
                Statement(u, f"{s.target} * {c!r}", back=True),
            ]
        else:
            continue
        at -= 1
        del lines[at]
    return draft


def is_roomy(draft):
    """Whether a program is on arrays, none of float16, which ends at 65,504: a factor moved may pass that."""
    return bool(draft.facts) and all(fact.dtype != "float16" for fact in draft.facts.values())


def is_linear(text, x):
    """Whether a line is a product with x, something over which x stands, or a gate for x."""
    return any(x in found.groups() for found in (p.fullmatch(text) for p in LINEAR) if found)


def simplify(draft, reuse=False):
    """Say with fewer operations on arrays what a line says: x / y for x * (1 / y), x * 2 for x + x."""
    return merge_factors(shorten_lines(draft)) if is_roomy(draft) else draft


def reuse_memory(draft, reuse=False):
    """Write into buffers made beforehand, one for several values: in place where an operand is read no more.

    Results keep memory of their own, unless ``reuse``.
    """
    last, owners = {}, owners_of_memory(draft)
    for k, s in enumerate(draft.statements):
        last |= {owners[name]: k for name in names_read(s.text) if name in owners}
    ours = {owners.get(name) for name in draft.results if name in owners}
    storage, free, ends, numbers = {}, {}, {}, {}  # owner: buffer; (shape, type): buffers; line: owners
    for owner, k in last.items():
        ends.setdefault(k, []).append(owner)
    for k, s in enumerate(draft.statements):
        fact, call = draft.facts.get(s.target), as_call(s, draft)
        free_to_choose = call and fact.owner == s.target and (reuse or s.target not in ours)
        if free_to_choose and fact.shape and fact.by_rows:
            kind = fact.shape, fact.dtype
            dying = [
                owners[n] for n in names_read(s.text) if last.get(owners.get(n)) == k and owners[n] in storage
            ]
            dying = [o for o in dying if draft.facts[o][:2] == kind and o not in ours and elementwise(call)]
            if dying:
                storage[s.target] = storage.pop(dying[0])
            else:
                storage[s.target] = (free.get(kind) or [new_buffer(draft, *kind)]).pop()
            call = make_numbers_beforehand(draft, call, numbers) if elementwise(call) else call
            by_name = "out=" if re.match(r"np\.(maximum|minimum)|gate|.*\.reduce", call) else ""
            draft.statements[k] = s._replace(text=f"{call[:-1]}, {by_name}{storage[s.target]})")
        for owner in ends.get(k, ()):
            if owner in storage and owner not in ours:
                free.setdefault(draft.facts[owner][:2], []).append(storage.pop(owner))
    return draft


def owners_of_memory(draft):
    """{name: the name whose memory it lies in}; another name of a value, as in y = x, has none of its own."""
    facts, same = draft.facts, {}
    for s in draft.statements:
        if s.text in facts and facts[s.text].owner != s.target:
            same[s.target] = facts[s.text].owner

    def root(owner):
        while owner in same:
            owner = same[owner]
        return owner

    return {name: root(fact.owner) for name, fact in facts.items()}


def as_call(s, draft):
    """A statement as a call of NumPy's that takes ``out=``; None for any other."""
    if s.target not in draft.facts:
        return None
    if infix := INFIX_CALL.fullmatch(s.text):
        return f"np.{UFUNC_OF[infix[2]]}({infix[1]}, {infix[3]})"
    if re.fullmatch(r"-\w+", s.text):
        return f"np.negative({s.text[1:]})"
    import numpy as np

    name = re.match(r"np\.(\w+)(\.reduce)?\(", s.text)
    ufunc = name and isinstance(getattr(np, name[1]), np.ufunc)
    takes = ufunc or s.text.startswith("gate(") or MATRIX_DOT.fullmatch(s.text)
    return s.text if takes and "out=" not in s.text and s.text.endswith(")") else None


def elementwise(call):
    """Whether a call may write into an operand."""
    return not call.startswith("gate(") and ".reduce(" not in call and not MATRIX_DOT.match(call)


def make_numbers_beforehand(draft, call, numbers):
    """The call of a ufunc with arrays for numbers, of which NumPy would make arrays each time.

    numbers: {(number, type): name of its array}
    """
    import numpy as np

    dtype = next(draft.facts[n].dtype for n in names_read(call) if n in draft.facts and draft.facts[n].shape)

    def name_of(number):
        name = numbers.setdefault((number[0], dtype), f"c{len(draft.constants) + 1}")
        draft.constants[name] = np.asarray(float(number[0]), dtype)
        return name

    return ARGUMENT.sub(name_of, call) if dtype.kind == "f" and "=" not in call else call


def new_buffer(draft, shape, dtype):
    import numpy as np

    name = f"m{len(draft.buffers) + 1}"
    draft.buffers[name] = np.empty(shape, dtype)
    return name


def nest_lines(draft, reuse=False):
    """Write a number that one line reads into that line: a name less to store and to find."""
    if draft.facts:
        return draft
    lines, inside, kept = draft.statements, {}, []
    uses = Counter(name for s in lines for name in names_read(s.text)) + Counter(draft.results)
    for s in lines:  # what a line of a program on numbers reads is finished, and is written no more
        text = NAME.sub(lambda found: inside.pop(found[0], found[0]), s.text)
        once = s.target and uses[s.target] == 1 and s.target not in draft.results
        if once and len(text) < LONGEST_NESTED:
            inside[s.target] = text if ONE_CALL.fullmatch(text) else f"({text})"
        else:
            kept.append(s._replace(text=text))
    draft.statements = kept
    return draft


def reuse_names(draft, reuse=False):
    """Give a name of a number again once it is read no more: Python is fastest with fewer than 256."""
    if draft.facts:
        return draft
    last = {name: k for k, s in enumerate(draft.statements) for name in (s.target, *names_read(s.text))}
    fixed, free, names, kept = {*draft.inputs, *draft.results}, [], {}, []
    for k, s in enumerate(draft.statements):
        text = rename_text(s.text, names)
        dying = [n for n in dict.fromkeys(names_read(s.text)) if last[n] == k and n != s.target]
        free += [names.pop(n) for n in dying if n in names]
        if s.target and s.target not in fixed and s.target not in names:
            names[s.target] = free.pop() if free else f"m{len(names) + 1}"
        kept.append(s._replace(target=names.get(s.target, s.target), text=text))
    draft.statements = kept
    return draft


def run_in_blocks(draft, reuse=False):
    """Where elementwise lines on large arrays end in sums, run them a block at a time, in the cache."""
    return split_into_blocks(draft, reuse_memory) if draft.facts else draft


IN_THIS_ORDER = (
    drop_unused, share_values, merge_factors, simplify, run_in_blocks, reuse_memory, nest_lines, reuse_names
)  # fmt: skip
PASSES = {f.__name__: f for f in IN_THIS_ORDER}


def apply_passes(draft, passes, reuse=False):
    """The program after some passes, in the order of ``PASSES``; ValueError for an unknown one."""
    if unknown := set(passes) - PASSES.keys():
        raise ValueError(f"no pass {min(unknown)!r:.40}: there are {', '.join(PASSES)}")
    for name, change in PASSES.items():
        if name in passes:
            draft = change(draft, reuse)
    return draft
