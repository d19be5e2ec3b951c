"""A row of the first table: an operation on numbers, with one partial derivative per operand."""

import cmath
import sys
from functools import cached_property, partial
from importlib import import_module
from typing import ClassVar

from .explaining import REAL, Explaining

__all__ = ["ARITHMETIC", "Binary", "Primitive", "Unary", "row_named"]

ARITHMETIC = (ValueError, ArithmeticError, TypeError)


class Primitive(Explaining):
    """A row of the table: what an operation is called, how it is written, computed and differentiated.

    name:     what it is called: ``bp.<name>``, ``Scalar.<name>``, the word in error messages
    notation: how it is written
    compute:  how a float computes it
    array:    NumPy's name for it; or a formula ``(np, *operands)`` of NumPy's functions, with ``np`` as an
              argument since the tests run it on mpmath, autograd, PyTorch and JAX as well. Under a name that
              NumPy lacks, arrays are computed float by float, and those libraries are asked for that name
    partials: one formula ``(out, *operands)`` per operand, of Python operators and other rows, so that
              it runs on floats, arrays, symbols, dual numbers and nodes alike; run only when needed
    complex:  how a complex number computes it; None where that means nothing
    domain:   one ``Domain`` per operand: where the value and its partials exist
    kink:     in words, which value a partial takes where there is no single one
    """

    table: ClassVar = {}
    made: ClassVar = []  # every row, those among them whose name a later one has taken
    by_array_name: ClassVar = {}
    listeners: ClassVar = []  # what to call with a new row, so that every carrier gets it
    built_in: ClassVar = frozenset()
    elementwise, gathers = True, False
    flow = None  # its vJp on arrays; Tensor puts it here

    def __init__(self, name, notation, compute, array, *partials, complex=None, domain=None, kink=""):
        if name in Primitive.built_in:
            raise ValueError(f"the table has a row {name!r} already: give yours another name")
        self.name, self.notation, self.compute, self.array = name, notation, compute, array
        self.partials, self.kink = partials, kink
        self.partial1, self.partial2 = partials[0], partials[-1]  # what the sweep reads, without an index
        self.complex = complex or getattr(cmath, name, None)
        self.domain = domain or (REAL,) * len(partials)
        self.__doc__ = f"{notation.text.template} on a number, an array, or any carrier. {kink}".rstrip()
        Primitive.table[name] = self
        Primitive.made.append(self)
        if isinstance(array, str):
            Primitive.by_array_name[array] = self
        for add_row in Primitive.listeners:
            add_row(self)

    def __repr__(self):
        return f"<primitive {self.name}>"

    def __reduce__(self):
        return row_named, (Primitive, self.name)

    def evaluate(self, *operands):
        """The value on plain numbers or arrays; an error names the operation and its operands."""
        try:
            return self.computation(operands)(*operands)
        except ARITHMETIC as error:
            raise self.explain(error, *operands) from None

    def computation(self, operands):
        """Which column computes this: the float's, the complex one, or NumPy's."""
        kinds = {type(x) for x in operands}
        if kinds <= {float, int, bool}:
            return self.compute
        if complex in kinds and kinds <= {complex, float, int, bool}:
            if self.complex is None:
                raise TypeError("has no meaning for complex numbers")
            return self.complex
        numpy = sys.modules.get("numpy")
        if numpy is None or not any(isinstance(x, (numpy.ndarray, numpy.generic)) for x in operands):
            return self.compute
        if any(isinstance(x, numpy.ndarray) and x.dtype.kind == "O" for x in operands):
            return numpy.frompyfunc(self, len(operands), 1)
        if any(isinstance(x, numpy.ndarray) for x in operands):
            return self.on_arrays

        def one_number(*xs):  # an array may hold a nan and go on; one number should say so at once
            with numpy.errstate(divide="raise", over="raise", invalid="raise"):
                return self.on_arrays(*xs)

        return one_number

    @cached_property
    def on_arrays(self):
        """How arrays are computed: by NumPy's function or a formula of such, else each element as a float."""
        numpy = sys.modules["numpy"]
        if not isinstance(self.array, str):
            return partial(self.array, numpy)
        each = numpy.frompyfunc(self.compute, len(self.partials), 1)
        return getattr(numpy, self.array, lambda *xs: numpy.result_type(numpy.float16, *xs).type(each(*xs)))


def row_named(kind, name):
    """The row of that name, for ``pickle``; KeyError, in words, for one that this process does not have."""
    import_module(".primitives", __package__)  # fills the table of a process that has not loaded it yet
    if name not in kind.table:
        raise KeyError(f"the table has no row {name!r} here: import the module that adds it first")
    return kind.table[name]


class Unary(Primitive):
    """A row with one operand."""

    def __call__(self, x):
        rules = getattr(type(x), "__primitives__", None)
        if rules is not None:
            return rules[self](x)
        return self.on_arrays(x) if getattr(x, "ndim", 0) and x.dtype.kind == "f" else self.evaluate(x)


class Binary(Primitive):
    """A row with two operands; of two carriers, the more special one decides."""

    def __call__(self, x, y):
        left, right = getattr(type(x), "__primitives__", None), getattr(type(y), "__primitives__", None)
        derived = type(y) is not type(x) and issubclass(type(y), type(x))
        special = right is not None and (left is None or derived)
        if left is None and right is None:
            return self.evaluate(x, y)
        out = right[self][1](y, x) if special else left[self][0](x, y)
        if out is not NotImplemented:
            return out
        if not (getattr(x, "shape", ()) or getattr(y, "shape", ())):
            raise TypeError(f"{self.name} has no rule for a {type(x).__name__} and a {type(y).__name__}")
        return sys.modules["numpy"].frompyfunc(self, 2, 1)(x, y)  # a carrier beside an array
