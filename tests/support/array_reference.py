"""Independent opinions on arrays: every operation in PyTorch and in JAX, with their own derivatives.

A twin takes its operands as the library's arrays and the rest as NumPy's function does. A row needs no line
here where the library has a function of its name, or where it moves elements as NumPy's function of that name
does: then the library picks them. An elementwise row is found under NumPy's name, or its formula runs on the
library's arrays.
"""

import importlib.util
import operator
from functools import cache, partial

import numpy as np

from backprop_nb.arrays.trees import flatten, map_leaves
from backprop_nb.core.primitives import Primitive

__all__ = ["MISSING", "Torch", "as_axes", "as_list", "other_library"]

MISSING = "no other library with derivatives of arrays: install PyTorch or JAX"


@cache
def other_library():
    """PyTorch where it is installed, else JAX, else None."""
    found = [kind for kind in (Torch, Jax) if importlib.util.find_spec(kind.library)]
    return found[0]() if found else None


def as_list(out):
    """The outputs of an operation that has one, or several."""
    return list(out) if isinstance(out, (list, tuple)) else [out]


def as_axes(axis, ndim):
    """The axes that are meant, counted from 0: None means all."""
    chosen = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(a % ndim for a in chosen)


class Library:
    """Another library under the names of the rows and of NumPy; ``places`` are its modules."""

    places = ()

    def found(self, name):
        """The library's own function of a name."""
        for place in self.places:
            if hasattr(place, name):
                return getattr(place, name)
        raise LookupError(f"{self.library} knows no {name!r}: write a row_{name} in array_reference.py")

    def __getattr__(self, name):
        """NumPy's elementwise function of a name, as the library has it."""
        f = self.found(name)
        return lambda *xs: f(*map(self.number, xs))

    def heaviside(self, x, at_zero):
        return self.where(x > 0, 1.0, self.where(x == 0, at_zero + 0 * x, self.where(x < 0, 0.0, x)))

    def row(self, name):
        """The twin of an operation."""
        if hasattr(type(self), "row_" + name):
            return getattr(self, "row_" + name)
        if name not in Primitive.table:
            return partial(self.named, name)
        array = Primitive.table[name].array
        return getattr(self, array) if isinstance(array, str) else partial(array, self)

    def named(self, name, *arguments, **options):
        """The library's function of a row's own name; lists of numbers become arrays."""
        plain = [isinstance(x, list) and not any(hasattr(item, "ndim") for item in x) for x in arguments]
        given = [np.array(x) if listed else x for x, listed in zip(arguments, plain, strict=True)]
        return self.found(name)(*given, **options)

    def row__alias(self, x):
        return x

    def row__astype(self, x):
        return x

    def row_logabsdet(self, x):
        return self.found("slogdet")(x)[1]


class Torch(Library):
    """PyTorch, in float64 and on one thread."""

    library = "torch"
    reductions = {"sum": "sum", "mean": "mean", "max": "amax", "min": "amin", "logsumexp": "logsumexp"}  # noqa: RUF012

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.torch, self.places = torch, (torch.linalg, torch, torch.special, torch.nn.functional)

    def array(self, x):
        if isinstance(x, self.torch.Tensor):
            return x
        return self.torch.tensor(np.array(x, dtype=float, order="C"), dtype=self.torch.float64)

    number = array  # PyTorch's elementwise functions take no plain numbers

    def whole(self, x):
        return self.torch.tensor(np.array(x, dtype=int))

    def gradients(self, f, arrays, cotangents):
        """The outputs of ``f(library, *arrays)``, and what flows back from ``cotangents`` to each array."""
        xs = [self.array(a).requires_grad_() for a in arrays]
        outs = as_list(f(self, *xs))
        gs = [self.array(g) for g in cotangents]
        if not any(o.requires_grad for o in outs):
            return [o.numpy() for o in outs], [np.zeros(x.shape) for x in xs]
        found = self.torch.autograd.grad(outs, xs, gs, allow_unused=True, materialize_grads=True)
        return [o.detach().numpy() for o in outs], [g.numpy(force=True) for g in found]

    def second(self, f, arrays, cotangents, vectors):
        """Hessian-vector products of ⟨cotangents, f⟩: PyTorch's sweep through its own sweep."""
        xs = [self.array(a).requires_grad_() for a in arrays]
        outs = as_list(f(self, *xs))
        total = sum((o * self.array(g)).sum() for o, g in zip(outs, cotangents, strict=True))
        slopes = self.torch.autograd.grad(total, xs, create_graph=True, materialize_grads=True)
        along = sum((s * self.array(v)).sum() for s, v in zip(slopes, vectors, strict=True))
        if not along.requires_grad:
            return [np.zeros(x.shape) for x in xs]
        found = self.torch.autograd.grad(along, xs, materialize_grads=True)
        return [h.numpy(force=True) for h in found]

    def mixed(self, f, arrays, others):
        """Derivatives of a number: with respect to the others; to each element of an array and the others."""
        xs, ns = ([self.array(a).requires_grad_() for a in part] for part in (arrays, others))
        number = f(self, xs, ns)
        grad = self.torch.autograd.grad
        slopes = grad(number, [*xs, *ns], create_graph=True, materialize_grads=True)
        found = []
        for x, slope in zip(xs, slopes, strict=False):
            seeds = self.torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
            again = [None] * len(ns)
            if slope.requires_grad:
                again = grad(slope, ns, seeds, retain_graph=True, allow_unused=True, is_grads_batched=True)
            blank = [self.torch.zeros((x.numel(), *n.shape), dtype=n.dtype) for n in ns]
            dense = [b if h is None else b + h for h, b in zip(again, blank, strict=True)]
            found.append([h.detach().numpy() for h in dense])
        return [slope.numpy(force=True) for slope in slopes[len(xs) :]], found

    def named(self, name, *arguments, **options):
        """NumPy's function of this name where it moves elements, else PyTorch's function of this name."""
        if name in self.reductions:
            return self.reduced(self.found(self.reductions[name]), *arguments, **options)
        try:
            return self.moved(getattr(np, name, None) or getattr(operator, name), arguments, options)
        except (LookupError, AttributeError, TypeError):
            return super().named(name, *arguments, **options)

    def moved(self, function, arguments, options):
        """The elements that ``function`` moves, from where it puts their places; LookupError for another.

        It has to move the values so, and large numbers of which no two are equal: 0 @ 0 is 0, but not moved.
        """
        leaves, rebuild = flatten(arguments)
        tensors = [x for x in leaves if isinstance(x, self.torch.Tensor)]
        line = self.torch.cat([x.reshape(-1) for x in tensors])

        def moving(numbers):
            parts = iter(np.split(numbers, np.cumsum([x.numel() for x in tensors])))
            given = [next(parts).reshape(x.shape) if isinstance(x, self.torch.Tensor) else x for x in leaves]
            return function(*rebuild(given), **options)

        def pick(found, *wanted):
            found = np.asarray(found)
            if found.dtype.kind != "i" or np.max(found, initial=0) >= max(1, len(line)):
                raise LookupError
            for numbers, moved in zip(known, wanted, strict=True):
                if not np.array_equal(numbers[found], moved, equal_nan=True):
                    raise LookupError
            return line[self.whole(found)]

        known = line.detach().numpy(), 1e3 * np.sqrt(1 + np.arange(len(line)))
        return map_leaves(pick, moving(np.arange(len(line))), *map(moving, known))

    # What has no function of this name here, or takes other arguments

    def reduced(self, f, x, axis=None, keepdims=False):
        axes = as_axes(axis, x.ndim)
        return x if axis == () else f(x, dim=axes, keepdim=keepdims) if x.ndim else f(x[None], dim=0)

    def row_dot(self, x, y):
        if not (x.ndim and y.ndim):
            return x * y
        return self.torch.tensordot(x, y, ([x.ndim - 1], [max(0, y.ndim - 2)]))

    def row_outer(self, x, y):
        return self.torch.outer(x.reshape(-1), y.reshape(-1))

    def row_trace(self, x, offset=0, axis1=0, axis2=1):
        return self.torch.diagonal(x, offset, axis1, axis2).sum(-1)

    def row_var(self, x, axis=None, ddof=0, keepdims=False):
        def var(x, dim, keepdim=False):
            count = np.prod([x.shape[a] for a in np.atleast_1d(dim)])
            return ((x - x.mean(dim, keepdim=True)) ** 2).sum(dim, keepdim=keepdim) / (count - ddof)

        return self.reduced(var, x, axis, keepdims)

    def row_std(self, x, axis=None, ddof=0, keepdims=False):
        off = x - self.reduced(self.torch.mean, x, axis, keepdims=True)
        count = off.numel() / max(1, self.row_norm(off, axis).numel())
        return self.row_norm(off, axis, keepdims) / (count - ddof) ** 0.5

    def row_solve(self, x, y):
        columns = y[..., None] if y.ndim == 1 else y  # PyTorch takes some matrices for stacks of vectors
        lead = self.torch.broadcast_shapes(x.shape[:-2], columns.shape[:-2])
        out = self.torch.linalg.solve(x, columns.expand(*lead, *columns.shape[-2:]))
        return out[..., 0] if y.ndim == 1 else out

    def row_cumprod(self, x, axis=None):
        return self.torch.cumprod(x.reshape(-1) if axis is None else x, axis or 0)

    def row_norm(self, x, axis=None, keepdims=False):
        return self.reduced(partial(self.torch.linalg.vector_norm, ord=2), x, axis, keepdims)

    def row_prod(self, x, axis=None, keepdims=False):
        for a in sorted(as_axes(axis, x.ndim), reverse=True):
            x = x.prod(a, keepdim=keepdims)
        return x

    def row_cumsum(self, x, axis=None):
        return self.torch.cumsum(x.reshape(-1) if axis is None else x, axis or 0)

    def row_softmax(self, x, axis=-1):
        powers = self.torch.exp(x)
        return powers / self.reduced(self.torch.sum, powers, axis, keepdims=True)

    def row_softmax_cross_entropy(self, logits, labels):
        flat = logits.reshape(-1, logits.shape[-1])
        return self.torch.nn.functional.cross_entropy(flat, self.whole(labels).reshape(-1))

    def row_sort(self, x, axis=-1):
        x, axis = (x.reshape(-1), 0) if axis is None else (x, axis)
        return self.torch.sort(x, axis).values

    def row_put_at(self, x, index, places, shape):
        places = positions(shape)[index] if places is None else places
        zeros = self.torch.zeros(int(np.prod(shape)), dtype=x.dtype)
        return zeros.index_add(0, self.whole(places).reshape(-1), x.reshape(-1)).reshape(shape)

    def row_pad(self, x, width, constant_values=0.0):
        ends = np.broadcast_to(width, (x.ndim, 2))[::-1].reshape(-1).tolist()
        return self.torch.nn.functional.pad(x, ends, value=constant_values)

    def cbrt(self, x):
        x = self.array(x)
        below = x < 0  # apart, or at 0 an infinite slope would meet a 0
        upper = self.torch.zeros_like(x).masked_scatter(~below, x[~below] ** (1 / 3))
        return upper.masked_scatter(below, -((-x[below]) ** (1 / 3)))

    def degrees(self, x):
        return self.torch.rad2deg(x)

    def radians(self, x):
        return self.torch.deg2rad(x)

    def rint(self, x):
        return self.torch.round(x)

    def power(self, x, y):
        return self.torch.pow(self.array(x), self.array(y))

    def floor_divide(self, x, y):
        return self.torch.floor(self.array(x) / self.array(y))


class Jax(Library):
    """JAX, in float64: NumPy's names and arguments are its own."""

    library = "jax"

    def __init__(self):
        import jax
        import jax.scipy.special

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        self.jax, self.places = jax, (jax.numpy, jax.numpy.linalg, jax.nn, jax.scipy.special)

    def array(self, x):
        return self.jax.numpy.asarray(np.array(x), dtype=float)

    def number(self, x):
        return x

    def gradients(self, f, arrays, cotangents):
        """The outputs of ``f(library, *arrays)``, and what flows back from ``cotangents`` to each array."""
        outs, pull = self.jax.vjp(lambda *xs: as_list(f(self, *xs)), *map(self.array, arrays))
        return [*map(np.asarray, outs)], [*map(np.asarray, pull([*map(self.array, cotangents)]))]

    def second(self, f, arrays, cotangents, vectors):
        """Hessian-vector products of ⟨cotangents, f⟩: JAX's forward mode through its sweep."""

        def slopes(*xs):
            return self.jax.grad(
                lambda xs: sum((o * g).sum() for o, g in zip(as_list(f(self, *xs)), cotangents, strict=True))
            )(xs)

        _, along = self.jax.jvp(slopes, [*map(self.array, arrays)], [*map(self.array, vectors)])
        return [*map(np.asarray, along)]

    def mixed(self, f, arrays, others):
        """Derivatives of a number: with respect to the others; to each element of an array and the others."""
        xs, ns = ([*map(self.array, part)] for part in (arrays, others))
        slopes = self.jax.grad(lambda ns: f(self, xs, ns))(ns)
        second = self.jax.jacrev(lambda ns: self.jax.grad(lambda xs: f(self, xs, ns))(xs))(ns)
        found = [[np.reshape(h, (x.size, *n.shape)) for h, n in zip(hs, ns, strict=True)]
                 for x, hs in zip(xs, second, strict=True)]  # fmt: skip
        return [*map(np.asarray, slopes)], found

    def row_gelu(self, x):
        return self.jax.nn.gelu(x, approximate=False)

    def row_softmax_cross_entropy(self, logits, labels):
        chosen = np.asarray(labels, int)[..., None]
        return -self.jax.numpy.take_along_axis(self.jax.nn.log_softmax(logits), chosen, -1).mean()

    def row_take(self, x, index, axis=None):
        return self.jax.numpy.take(x, np.asarray(index, int), axis)

    def row_getitem(self, x, index):
        parts = index if isinstance(index, tuple) else (index,)
        return x[tuple(np.array(part) if isinstance(part, list) else part for part in parts)]

    def row_put_at(self, x, index, places, shape):
        places = positions(shape)[index] if places is None else places
        return self.jax.numpy.zeros(int(np.prod(shape))).at[places].add(x).reshape(shape)


def positions(shape):
    """Each element's place, counted row by row."""
    return np.arange(int(np.prod(shape))).reshape(shape)
