"""Functions into functions: gradients, vector–Jacobian products, Jacobians and Hessians, nested at will."""

import math
import numbers
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal

import numpy as np
from numpy import ndarray

from ..core.calling import call_learners
from ..core.limits import LIMITS
from ..core.scalar import Scalar
from ..core.sweep import operands_first
from ..drawing.notation import ATOM, Notation, Style
from .context import OPEN, RUNNING, watch_flows
from .pullback import ancestors, own_arrays, pull_back
from .structural import Structural
from .structural.filling import used
from .tensor import Tensor, floating, seed_of
from .trees import flatten, map_leaves

__all__ = ["grad", "hessian", "jacobian", "jvp", "value_and_grad", "vjp"]

LAYOUTS = ("notes", "usual")
alias = Structural("_alias", lambda x: ((x,), ()), lambda x: x, lambda g, _out, _x: g, rules="{g}",
                   notation=Notation(Style("{}", ATOM, (ATOM,)), Style("{}", ATOM, (ATOM,))))  # fmt: skip


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The function that gives the gradient of ``f``, which returns one number.

    argnums: with respect to which argument, or a tuple of several; each may be a float, an array, or a tuple,
             list or dict of them
    returns: function with the arguments of ``f``; the gradient is made like the argument
    raises:  TypeError for whole-number arrays and for a result of more than one number

    >>> grad(lambda x: x * x * x)(2.0), grad(grad(lambda x: x * x * x))(2.0)
    (12.0, 12.0)
    """
    both = value_and_grad(f, argnums)

    @wraps(f, updated=())
    def gradient(*x, **named):
        return both(*x, **named)[1]

    return gradient


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """As ``grad``, with the value: ``(value, gradient)``.

    >>> value_and_grad(lambda p: (p["w"] * p["w"]).sum())({"w": np.array([1.0, 2.0])})
    (5.0, {'w': array([2., 4.])})
    """

    @wraps(f, updated=())
    def both(*x, **named):
        return Run(f, x, argnums, named).value_and_gradient(f)

    return both


def vjp(f: Callable[..., Any], *x: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value of ``f`` and the function that pulls a cotangent back: v'J, no Jacobian is built (N30).

    x:       arguments; each may be a float, an array, or a tuple, list or dict of them
    returns: ``(out, pull)``; ``pull(g)`` takes a cotangent made like ``out``; one gradient per argument

    >>> out, pull = vjp(lambda x: np.array([3.0, 5.0]) * x, np.array([1.0, 2.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 3., 50.]),)
    """
    run = Run(f, x, tuple(range(len(x))), own=True)
    return run.result(), run.pull


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of ``f`` and its derivative along a direction: J v, with the Jacobian of most texts.

    primals:  tuple of arguments
    tangents: as many, made alike
    returns:  ``(out, tangent)``

    What a sweep gives is linear in its cotangent, so pulling back through the sweep pushes forward: the vJps
    are all that the table needs.

    >>> jvp(lambda x: x * x, (3.0,), (1.0,))
    (9.0, 6.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(
                f"{name} is a tuple with one entry per argument, such as (x,); received {given!r:.60}"
            )
    run = Run(f, primals, tuple(range(len(primals))), own=True)
    probe = Run(run.pull, (map_leaves(zero_like, run.out),), 0)
    return run.result(), probe.pull(map_leaves(check_tangent, tuple(primals), tuple(tangents)))


def jacobian(
    f: Callable[..., Any],
    *x: Any,
    argnums: int | Sequence[int] = 0,
    layout: Literal["notes", "usual"] = "notes",
) -> Any:
    """Every partial derivative of ``f`` with respect to one argument: one sweep, a stack of cotangents.

    layout:  "notes" has a row per input and a column per output (claim N27), the shape x.shape + out.shape;
             "usual" is its transpose, out.shape + x.shape
    returns: array; containers for arguments or results that are containers. Without ``x``, a function

    >>> jacobian(lambda x: np.array([[1.0, 2.0], [3.0, 4.0]]) @ x, np.array([1.0, 1.0]))
    array([[1., 3.],
           [2., 4.]])
    """
    if layout not in LAYOUTS:
        raise ValueError(
            f"layout is 'notes' (row = input) or 'usual' (row = output); received {layout!r:.40}"
        )
    if not x:
        return lambda *x: jacobian(f, *x, argnums=argnums, layout=layout)
    run = Run(f, x, argnums)
    return map_leaves(lambda y: run.jacobian(y, layout == "notes"), run.out)


def hessian(f: Callable[..., Any], *x: Any, argnums: int | Sequence[int] = 0) -> Any:
    """Second derivatives of ``f``, which returns one number: the Jacobian of its gradient.

    returns: array of the shape x.shape + x.shape. Without ``x``, a function

    >>> hessian(lambda x: x[0] * x[0] * x[1], np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    return jacobian(grad(f, argnums), *x, argnums=argnums, layout="usual")


class Run:
    """One run of a function on fresh leaves, and the sweeps that follow it.

    f:       the function
    x:       its arguments
    argnums: which of them, or a tuple of which, to differentiate with respect to
    own:     whether to work on copies: the caller may write into arguments and result before the sweep

    What an outer transform differentiates with respect to comes in as an alias, so that the two are not
    confused; then, or where the cotangents are Tensors, the sweep itself runs on Tensors, and what it gives
    can be differentiated again.
    """

    __slots__ = ("given", "leaves", "nested", "out", "own", "rebuild", "scalars")

    def __init__(self, f, x, argnums, named=None, own=False):
        self.own = own
        arguments = list(x)
        if type(argnums) is int:
            check_argnums((argnums,), len(x))
            self.given, self.rebuild = flatten(x[argnums])
            self.leaves = self.planted()
            arguments[argnums] = self.rebuild(self.leaves)
        else:
            self.given, self.rebuild = flatten(tuple([x[i] for i in check_argnums(argnums, len(x))]))
            self.leaves = self.planted()
            for i, planted in zip(argnums, self.rebuild(self.leaves), strict=True):
                arguments[i] = planted
        try:
            RUNNING.add(self)
            out = call_learners(f, arguments, named or {})
            self.out = out if type(out) is Tensor else used(out)
        finally:
            RUNNING.discard(self)

    def planted(self):
        """A fresh leaf of the graph for each array, number, or carrier of an outer transform."""
        self.nested = self.scalars = False
        for kind in set(map(type, self.given)):
            self.nested |= issubclass(kind, Tensor)
            self.scalars |= issubclass(kind, Scalar)
        return list(map(self.leaf, self.given))

    def leaf(self, x):
        """A leaf for one argument."""
        if type(x) is ndarray and x.dtype.kind == "f" and not self.scalars:
            return Tensor.leaf(x.copy() if self.own else x)
        if isinstance(x, Tensor):
            return Tensor.made(x.value, alias, (x.node,), (None, None), (x,))
        if self.scalars:
            return x * 1.0 if isinstance(x, Scalar) else Scalar(x)
        return Tensor.leaf(np.array(floating(x))[()])

    def followed(self, outs):
        """Whether a transform or record that is running, in whatever thread, may differentiate these results.

        What it differentiates with respect to came in as an argument, or by another way: then it is one of
        the inputs that the results lead back to.
        """
        if self.nested or self.scalars or not (RUNNING or OPEN):
            return self.nested or self.scalars
        others = {leaf.node for run in (*RUNNING, *OPEN) if run is not self for leaf in [*run.leaves]
                  if type(leaf) is Tensor}  # fmt: skip
        return not others.isdisjoint(ancestors([y.node for y in outs if isinstance(y, Tensor)]))

    def result(self):
        """What the function returned, as arrays and floats, or as carriers for an outer transform."""
        if self.followed(flatten(self.out)[0]):
            return self.out
        return map_leaves(own_result if self.own else open_result, self.out)

    def value_and_gradient(self, f):
        """The result, one number, and its gradient; in the usual case the graph is freed on the way."""
        out = self.out
        if type(out) is not Tensor or out.value.ndim or self.nested or self.scalars or RUNNING or OPEN:
            refuse_many(out, f)
            return self.result(), self.pull()
        value, seeds = out.value, {out.node: out.value.dtype.type(1)}
        self.out = out = None  # nobody else holds the nodes that the sweep has passed
        return value.item() if type(value) is np.float64 else value, self.shaped(self.adjoints(seeds))

    def pull(self, g=None):
        """One gradient per argument, from a cotangent made like the result; without it, from 1."""
        outs, _ = flatten(self.out)
        if g is None:
            seeds = [1.0 if isinstance(y, Scalar) else seed_of(array_behind(y), None) for y in outs]
        else:
            seeds, _ = flatten(map_leaves(check_cotangent, self.out, g))
        return self.shaped(self.sweep(outs, seeds))

    def sweep(self, outs, seeds, stack=0):
        """The adjoint of each leaf, None where the result does not depend on it."""
        if self.scalars:
            return sweep_scalars(outs, seeds, self.leaves)
        inputs = [leaf.node for leaf in self.leaves]
        again = self.followed(outs) or any(isinstance(g, Tensor) for g in seeds)
        cotangents = {}
        for y, seed in zip(outs, seeds, strict=True):
            if isinstance(y, Tensor):
                g = Tensor(seed) if again and not isinstance(seed, Tensor) else seed
                cotangents[y.node] = cotangents[y.node] + g if y.node in cotangents else g
        if again:
            adjoints = pull_back(cotangents, stack, False, watch_flows(), set(inputs), wrap)
            return [adjoints.get(v) for v in inputs]
        return self.adjoints(cotangents, stack)

    def adjoints(self, cotangents, stack=0):
        """The adjoint of each leaf, an array of its own, by a sweep over arrays."""
        seeds = list(cotangents.values())
        adjoints = pull_back(cotangents, stack, False, watch_flows())
        return own_arrays([adjoints.get(leaf.node) for leaf in self.leaves], seeds)

    def shaped(self, flows):
        """What the sweep gave, in the containers and types of the arguments."""
        return self.rebuild(map(give_type_of, self.leaves, flows, self.given))

    def jacobian(self, y, transposed):
        """Derivatives of one array that the function returned, with respect to every argument."""
        shape = np.shape(array_behind(y))
        if self.scalars:
            return self.shaped(self.sweep([y], [1.0]))
        self.check_size(math.prod(shape))
        seeds = np.eye(math.prod(shape), dtype=getattr(y, "dtype", float)).reshape(math.prod(shape), *shape)
        flows = self.sweep([y], [seeds], 1)
        for i, leaf in enumerate(self.leaves):
            both = shape + leaf.shape
            g = np.reshape(np.zeros(both, leaf.dtype) if flows[i] is None else flows[i], both)
            inputs_first = (*range(len(shape), len(both)), *range(len(shape)))
            flows[i] = np.transpose(g, inputs_first) if transposed else g
        return self.shaped(flows)

    def check_size(self, outputs):
        """Refuse a Jacobian, with its stack of cotangents, that would take more bytes than the limit."""
        inputs = sum([leaf.value.size for leaf in self.leaves])
        size, limit = outputs * (outputs + inputs) * 8, LIMITS.get().bytes
        if size > limit:
            raise ValueError(
                f"a Jacobian of {outputs:,} outputs with respect to {inputs:,} inputs takes "
                f"{size / 2**20:,.0f} MiB on its way, over the limit of {limit / 2**20:,.0f}: bp.vjp and "
                "bp.jvp give its products without it; with bp.limited(bytes=…) more is allowed"
            )


def check_argnums(argnums, n):
    """Which arguments, a tuple or list; ValueError for one that is not there."""
    for i in argnums if isinstance(argnums, (tuple, list)) else (None,):
        if type(i) is not int or not -n <= i < n:
            raise ValueError(f"argnums counts the arguments from 0; received {argnums!r:.40} for {n} of them")
    return argnums


def refuse_many(out, f):
    """TypeError for a result that is not one number."""
    if isinstance(out, (Tensor, Scalar, numbers.Real)) or (hasattr(out, "dtype") and out.dtype.kind == "f"):
        if isinstance(out, Scalar) or np.size(array_behind(out)) == 1:
            return
        received = f"an array of the shape {out.shape}"
    else:
        received = f"a {type(out).__name__}"
    raise TypeError(
        f"a gradient is of one number, and {getattr(f, '__name__', 'f')} returned {received}: return its "
        "sum or mean, or take bp.jacobian or bp.vjp"
    )


def array_behind(y):
    """The array or number behind a result."""
    return y.value if isinstance(y, Tensor) else np.asarray(y)


def open_result(y):
    """A result as an array, or as a float."""
    if not isinstance(y, Tensor):
        return y
    return float(y.value) if y.ndim == 0 and y.dtype == np.float64 else y.value


def own_result(y):
    """A result that shares memory with nothing that the graph keeps."""
    if isinstance(y, Tensor) and y.ndim:
        root = y.node
        alone = y.value.base is None and root.operation and not any(x is y.value for x in root.saved)
        return y.value if alone else y.value.copy()
    return open_result(y)


def wrap(value, node):
    """A Tensor for a value that a node kept."""
    t = object.__new__(Tensor)
    t.value, t.node = value, node
    return t


def check_cotangent(y, g):
    """A cotangent for one array that the function returned; ValueError for another shape."""
    if isinstance(y, Scalar):
        return g
    if isinstance(g, Tensor):
        if g.shape != np.shape(array_behind(y)):
            raise ValueError(f"a cotangent has the shape of the result, {y.shape}; received {g.shape}")
        return g
    return seed_of(np.asarray(array_behind(y), getattr(y, "dtype", float)), g)


def give_type_of(leaf, g, given):
    """One gradient in the type of its argument."""
    if type(g) is type(given) is ndarray and g.dtype is given.dtype:
        return g
    if isinstance(leaf, Scalar) or isinstance(g, Tensor):
        return 0.0 if g is None else g
    if g is None:
        g = np.zeros(leaf.shape, leaf.dtype)
    if not g.ndim and isinstance(given, numbers.Real) and not hasattr(given, "dtype"):
        return float(g)
    return np.asarray(g, leaf.dtype)


def zero_like(y):
    """A cotangent to begin with, made like one result."""
    if isinstance(y, Scalar):
        return Scalar(0.0)
    value = array_behind(y)
    return np.zeros(np.shape(value), value.dtype) if value.ndim or value.dtype.itemsize != 8 else 0.0


def check_tangent(x, v):
    """One tangent; ValueError for another shape than its argument's."""
    if isinstance(x, Scalar) or isinstance(v, (Scalar, Tensor)):
        return v
    shape = np.shape(array_behind(x))
    if np.shape(v) != shape:
        raise ValueError(f"a tangent has the shape of its argument, {shape}; received {np.shape(v)}")
    return v


def sweep_scalars(outs, seeds, leaves):
    """The reverse sweep for Scalars, over nodes, so that it can be differentiated again."""
    adjoints, stop = {}, set(leaves)
    for y, g in zip(outs, seeds, strict=True):
        if isinstance(y, Scalar):
            adjoints[y] = adjoints[y] + g if y in adjoints else g
    order = operands_first(sum(adjoints, start=Scalar(0.0)))
    for v in reversed(order):
        if v in stop or v.operation is None or v not in adjoints:
            continue
        operands = [x for x in (v.parent1, v.parent2) if x is not None]
        for x, slope in zip(operands, v.operation.partials, strict=True):
            if isinstance(x, Scalar):
                flow = adjoints[v] * slope(v, *operands)
                adjoints[x] = adjoints[x] + flow if x in adjoints else flow
    return [adjoints.get(leaf) for leaf in leaves]
