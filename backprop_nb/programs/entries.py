"""The quick way into a program: what must hold for it to run is asked by a function written for it."""

from ..arrays.context import OPEN, RUNNING

__all__ = ["write_entry"]

LONGEST_ENTRY = 500  # lines; what asks more is compiled longer than it saves


class Unusual(Exception):
    """An argument that has no quick way."""


def write_entry(inputs, chosen, wanted, program, lock, questions=None, lent=()):
    """A function of a tuple like ``inputs`` that gives value and gradient; None where it may not run.

    chosen:    the numbers of the arguments whose gradient is asked for, or a single one
    wanted:    the places of the leaves with a gradient among all, in the order of the program
    lock:      what guards the program's buffers
    lent:      identities of arrays that no argument may be, or show
    questions: gives what else to ask, as source, once it is told how to name an object
    returns:   the function; None where an argument is more than arrays, floats and settings in lists,
               tuples and dicts

    Asked in general the same costs 10 µs a call, a quarter of a step of a network of 2-16-16-2; so, 4.
    """
    entry = Entry(program, wanted)
    keep, names = entry.keep, [f"x{i}" for i in range(len(inputs))]
    try:
        results = [entry.take_apart(x, name) for x, name in zip(inputs, names, strict=True)]
    except Unusual:
        return None
    gradient = results[chosen] if isinstance(chosen, int) else f"({', '.join(results[i] for i in chosen)},)"
    for question in questions(keep) if questions else ():
        entry.ask(question)
    if lent and entry.arrays:
        places = "".join(f"id({x}), id({x}.base), " for x in entry.arrays)
        entry.ask(f"{keep(lent)}.isdisjoint(({places}))")
    if len(entry.lines) > LONGEST_ENTRY:
        return None
    lines = [
        f"if {keep(OPEN)} or {keep(RUNNING)} or len(inputs) != {len(inputs)}: return",
        f"{', '.join(names)}, = inputs",
        *entry.lines,
        f"if not {keep(lock)}.acquire(False): return",
        f"try: value, ({''.join(f'g{k}, ' for k in wanted)}) = "
        f"{keep(program.function)}({', '.join(entry.leaves)})",
        f"finally: {keep(lock)}.release()",
        f"return value, {gradient}",
    ]  # fmt: skip
    head = ["def enter(inputs):", "    try:", *(f"        {line}" for line in lines)]
    exec("\n".join([*head, "    except Exception: return"]), entry.space)  # the long way has the words
    return entry.space["enter"]


class Entry:
    """The lines of an entry; the objects that they name; what the program is called with."""

    def __init__(self, program, wanted):
        self.numbers, self.wanted, self.places = not program.draft.facts, set(wanted), program.run.places
        self.lines, self.space, self.known, self.leaves, self.arrays, self.met = [], {}, {}, [], [], 0

    def keep(self, x):
        """The name of an object."""
        name = self.known.setdefault(id(x), f"k{len(self.space)}")
        self.space[name] = x
        return name

    def ask(self, question):
        """Without it the program does not run."""
        self.lines.append(f"if not ({question}): return")

    def take_apart(self, x, name):
        """Ask whether ``name`` is like x, and name its parts; returns its gradient as source."""
        kind = type(x)
        if x is None:
            self.ask(f"{name} is None")
            return "None"
        self.ask(f"type({name}) is {self.keep(kind)}")  # a Scalar says that its class is float
        if kind not in (dict, list, tuple):
            return self.take_leaf(x, name, kind)
        keys = list(x) if kind is dict else range(len(x))
        if kind is dict and any(type(key) not in (str, int) for key in keys):
            raise Unusual
        if kind is dict:
            self.ask(f"[*{name}] == {self.keep(keys)}")
        parts = [f"{name}_{i}" for i in range(len(x))]
        self.lines.append(f"[{', '.join(parts)}] = {name}" + ".values()" * (kind is dict))
        found = [self.take_apart(x[key], part) for key, part in zip(keys, parts, strict=True)]
        if kind is dict:
            return "{" + ", ".join(f"{key!r}: {text}" for key, text in zip(keys, found, strict=True)) + "}"
        return f"[{', '.join(found)}]" if kind is list else f"({''.join(f'{text}, ' for text in found)})"

    def take_leaf(self, x, name, kind):
        """The same for an array, a number or a setting."""
        k, self.met = self.met, self.met + 1
        gradient, place = f"g{k}" if k in self.wanted else "None", self.places[k]
        array = kind.__name__ == "ndarray" and ((x.dtype.kind == "f" and x.ndim) or x.dtype.kind in "iu")
        if place is None and kind in (bool, str, bytes, int):  # a setting
            self.ask(f"{name} == {self.keep(x)}")
        elif place is not None and (kind is float or (kind is int and self.numbers)):
            self.leaves.append(f"float({name})" if kind is int else name)
            gradient = f"float({gradient})" if k in self.wanted else gradient
        elif place is not None and array:
            self.ask(f"{name}.shape == {x.shape} and {name}.dtype is {self.keep(x.dtype)}")
            self.leaves.append(name)
            self.arrays.append(name)
        else:
            raise Unusual
        return gradient
