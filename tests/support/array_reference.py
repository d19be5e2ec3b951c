"""Independent opinions on arrays: every row's twin in PyTorch and in JAX, with their own derivatives.

A twin takes its operands as the library's arrays and the rest as NumPy's function does. An elementwise row is
found under the name NumPy gives it, or its array formula is run with the library in NumPy's place: a new one
needs no line here.
"""

import importlib.util
from functools import cache

import numpy as np

from backprop_nb.core.primitives import Primitive

__all__ = ["Jax", "Torch", "as_list", "judge"]

MISSING = "no judge of arrays: install PyTorch or JAX"


@cache
def judge():
    """PyTorch where it is installed, else JAX, else None."""
    found = [kind for kind in (Torch, Jax) if importlib.util.find_spec(kind.library)]
    return found[0]() if found else None


def as_list(out):
    """The outputs of an operation that has one, or several."""
    return list(out) if isinstance(out, (list, tuple)) else [out]


class Names:
    """NumPy's names for elementwise functions, computed by a library on its own arrays."""

    def __init__(self, library, convert, beside):
        self.library, self.convert, self.beside = library, convert, beside

    def __getattr__(self, name):
        f = self.beside.get(name) or getattr(self.library, name)
        return lambda *xs: f(*map(self.convert, xs))


def elementwise(row, names):
    return getattr(names, row.array) if isinstance(row.array, str) else lambda *xs: row.array(names, *xs)


def axes_of(x, axis):
    """The axes that NumPy means, as a tuple of numbers from 0 on."""
    chosen = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(a % x.ndim for a in chosen)


def positions(shape):
    """Each element's place, counted row by row."""
    return np.arange(int(np.prod(shape))).reshape(shape)


class Torch:
    """PyTorch, in float64 and on one thread, under the names of the rows."""

    library = "torch"

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        beside = {
            "heaviside": lambda x, at_zero: torch.where(x > 0, 1.0, 0.0) + 0 * x,
            "floor_divide": lambda x, y: torch.floor(x / y),
            "power": torch.pow,
        }
        self.names = Names(torch, self.array, beside)

    def array(self, x):
        if isinstance(x, self.torch.Tensor):
            return x
        return self.torch.tensor(np.array(x, dtype=float, order="C"), dtype=self.torch.float64)

    def whole(self, x):
        return self.torch.tensor(np.array(x, dtype=int))

    def row(self, name):
        """The twin of a row."""
        own = getattr(self, "row_" + name, None)
        return own or elementwise(Primitive.table[name], self.names)

    def gradients(self, f, arrays, cotangents):
        """The outputs of ``f(judge, *arrays)``, and what flows back from ``cotangents`` to each array."""
        xs = [self.array(a).requires_grad_() for a in arrays]
        outs = as_list(f(self, *xs))
        gs = [self.array(g) for g in cotangents]
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
        """Derivatives of a number: by the others; and by each element of each array and the others."""
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

    # Mixing

    def row_matmul(self, x, y):
        return self.torch.matmul(x, y)

    def row_dot(self, x, y):
        if not (x.ndim and y.ndim):
            return x * y
        return self.torch.tensordot(x, y, ([x.ndim - 1], [max(0, y.ndim - 2)]))

    def row_outer(self, x, y):
        return self.torch.outer(x.reshape(-1), y.reshape(-1))

    def row_einsum(self, subscripts, *xs):
        return self.torch.einsum(subscripts, *xs)

    def row_trace(self, x):
        return self.torch.diagonal(x, 0, 0, 1).sum(-1)

    def reduced(self, f, x, axis, keepdims):
        return f(x, dim=axes_of(x, axis), keepdim=keepdims) if axis != () and x.ndim else f(x[None], dim=0)

    def row_sum(self, x, axis=None, keepdims=False):
        return x if axis == () else self.reduced(self.torch.sum, x, axis, keepdims)

    def row_mean(self, x, axis=None, keepdims=False):
        return self.reduced(self.torch.mean, x, axis, keepdims)

    def row_max(self, x, axis=None, keepdims=False):
        return self.reduced(self.torch.amax, x, axis, keepdims)

    def row_min(self, x, axis=None, keepdims=False):
        return self.reduced(self.torch.amin, x, axis, keepdims)

    def row_var(self, x, axis=None, ddof=0, keepdims=False):
        def var(x, dim, keepdim=False):
            count = np.prod([x.shape[a] for a in np.atleast_1d(dim)])
            return ((x - x.mean(dim, keepdim=True)) ** 2).sum(dim, keepdim=keepdim) / (count - ddof)

        return self.reduced(var, x, axis, keepdims)

    def row_norm(self, x, axis=None, keepdims=False):
        def norm(x, dim, keepdim=False):
            return self.torch.linalg.vector_norm(x, 2, dim, keepdim)

        return self.reduced(norm, x, axis, keepdims)

    def row_logsumexp(self, x, axis=None, keepdims=False):
        return self.reduced(self.torch.logsumexp, x, axis, keepdims)

    def row_prod(self, x, axis=None, keepdims=False):
        for a in sorted(axes_of(x, axis), reverse=True):
            x = x.prod(a, keepdim=keepdims)
        return x

    def row_cumsum(self, x, axis=None):
        return self.torch.cumsum(x.reshape(-1) if axis is None else x, axis or 0)

    def row_softmax(self, x, axis=-1):
        return self.torch.softmax(x, axis)

    def row_softmax_cross_entropy(self, logits, labels):
        flat = logits.reshape(-1, logits.shape[-1])
        return self.torch.nn.functional.cross_entropy(flat, self.whole(labels).reshape(-1))

    def row_sort(self, x, axis=-1):
        x, axis = (x.reshape(-1), 0) if axis is None else (x, axis)
        return self.torch.sort(x, axis).values

    def row_clip(self, x, low, high):
        return self.torch.clamp(x, low, high)

    # Moving

    def picked(self, x, move):
        """Elements of x where NumPy's ``move`` puts their positions: torch has no negative steps."""
        return x.reshape(-1)[self.whole(move(positions(x.shape)))]

    def row_alias(self, x):
        return x

    def row_getitem(self, x, index):
        return self.picked(x, lambda places: places[index])

    def row_take(self, x, indices, axis=None):
        return self.picked(x, lambda places: np.take(places, indices, axis))

    def row_put_at(self, x, index, places, shape):
        places = positions(shape)[index] if places is None else places
        zeros = self.torch.zeros(int(np.prod(shape)), dtype=x.dtype)
        return zeros.index_add(0, self.whole(places).reshape(-1), x.reshape(-1)).reshape(shape)

    def row_reshape(self, x, shape):
        return self.torch.reshape(x, (shape,) if isinstance(shape, int) else shape)

    def row_ravel(self, x):
        return x.reshape(-1)

    def row_transpose(self, x, axes=None):
        return x.permute(axes or tuple(range(x.ndim))[::-1])

    def row_swapaxes(self, x, a, b):
        return self.torch.swapaxes(x, a, b)

    def row_moveaxis(self, x, source, destination):
        return self.torch.movedim(x, source, destination)

    def row_expand_dims(self, x, axis):
        return x.reshape(np.expand_dims(np.empty(x.shape), axis).shape)

    def row_squeeze(self, x, axis=None):
        return x.reshape(np.squeeze(np.empty(x.shape), axis).shape)

    def row_broadcast_to(self, x, shape):
        return self.torch.broadcast_to(x, (shape,) if isinstance(shape, int) else shape)

    def row_concatenate(self, xs, axis=0):
        return self.torch.cat([x.reshape(-1) for x in xs]) if axis is None else self.torch.cat(xs, axis)

    def row_stack(self, xs, axis=0):
        return self.torch.stack(xs, axis)

    def row_split(self, x, parts, axis=0):
        return self.torch.tensor_split(x, parts, axis)

    def row_where(self, condition, x, y):
        return self.torch.where(self.torch.tensor(np.array(condition)), x, y)

    def row_pad(self, x, width, constant_values=0.0):
        ends = np.broadcast_to(width, (x.ndim, 2))[::-1].reshape(-1).tolist()
        return self.torch.nn.functional.pad(x, ends, value=constant_values)


class Jax:
    """JAX, in float64, under the names of the rows: NumPy's names and arguments are its own."""

    library = "jax"

    def __init__(self):
        import jax

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        self.jax, self.np = jax, jax.numpy
        beside = {"heaviside": lambda x, at_zero: self.np.where(x > 0, 1.0, 0.0)}
        self.names = Names(self.np, lambda x: x, beside)

    def array(self, x):
        return self.np.asarray(np.array(x), dtype=float)

    def row(self, name):
        """The twin of a row."""
        own = getattr(self, "row_" + name, None)
        if own or name not in Primitive.table:
            return own or getattr(self.np, name)
        return elementwise(Primitive.table[name], self.names)

    def gradients(self, f, arrays, cotangents):
        """The outputs of ``f(judge, *arrays)``, and what flows back from ``cotangents`` to each array."""
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
        """Derivatives of a number: by the others; and by each element of each array and the others."""
        xs, ns = ([*map(self.array, part)] for part in (arrays, others))
        slopes = self.jax.grad(lambda ns: f(self, xs, ns))(ns)
        second = self.jax.jacrev(lambda ns: self.jax.grad(lambda xs: f(self, xs, ns))(xs))(ns)
        found = [[np.reshape(h, (x.size, *n.shape)) for h, n in zip(hs, ns, strict=True)]
                 for x, hs in zip(xs, second, strict=True)]  # fmt: skip
        return [*map(np.asarray, slopes)], found

    def row_norm(self, x, axis=None, keepdims=False):
        return self.np.linalg.norm(x, axis=axis, keepdims=keepdims)

    def row_logsumexp(self, x, axis=None, keepdims=False):
        return self.jax.scipy.special.logsumexp(x, axis, keepdims=keepdims)

    def row_softmax(self, x, axis=-1):
        return self.jax.nn.softmax(x, axis)

    def row_softmax_cross_entropy(self, logits, labels):
        chosen = self.np.asarray(labels)[..., None]
        return -self.np.take_along_axis(self.jax.nn.log_softmax(logits), chosen, -1).mean()

    def row_alias(self, x):
        return x

    def row_getitem(self, x, index):
        parts = index if isinstance(index, tuple) else (index,)
        return x[tuple(np.array(part) if isinstance(part, list) else part for part in parts)]

    def row_take(self, x, indices, axis=None):
        return self.np.take(x, np.array(indices), axis)

    def row_put_at(self, x, index, places, shape):
        places = positions(shape)[index] if places is None else places
        return self.np.zeros(int(np.prod(shape))).at[places].add(x).reshape(shape)

    def row_pad(self, x, width, constant_values=0.0):
        return self.np.pad(x, width, constant_values=constant_values)
