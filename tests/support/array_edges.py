"""What PyTorch and JAX say where gradients have their edges: at nan, infinities, ties, kinks and 0.

They do not always agree with each other, so the judge is a rule. A finite number must be PyTorch's or JAX's;
where both have the same finite number, it must be that; an infinity must be one of theirs. A nan passes
elsewhere. PyTorch is asked for this package's choice of element, where its own is another: of equal elements
it shares the derivative out, and here the first one takes it.
"""

import importlib.util
from functools import cache, partial

import numpy as np

from support.array_making import run
from support.array_reference import MISSING, Jax, Torch, as_axes
from support.reference import Mismatch, Outcome

__all__ = ["AtEdges", "compare_at_edges"]


STAIRCASES = {
    "floordiv": np.floor_divide, "sign": np.sign, "step": lambda x: np.heaviside(x, 0), "floor": np.floor,
    "ceil": np.ceil, "trunc": np.trunc, "rint": np.rint,
}  # fmt: skip


class AtEdges(Torch):
    """PyTorch, with the choices that this package documents."""

    def best(self, argbest, x, axis=None, keepdims=False):
        """The first of the best elements, picked by its place."""
        axes = as_axes(axis, x.ndim)
        groups = [a for a in range(x.ndim) if a not in axes]
        line = x.permute([*groups, *axes]).reshape(*(x.shape[a] for a in groups), -1)
        place = self.whole(argbest(line.detach().numpy(), -1))
        out = line.gather(-1, place[..., None])[..., 0]
        return out.reshape([1 if a in axes else n for a, n in enumerate(x.shape)]) if keepdims else out

    def row_max(self, x, **options):
        return self.best(np.argmax, x, **options)

    def row_min(self, x, **options):
        return self.best(np.argmin, x, **options)

    def row_maximum(self, x, y):
        x, y = self.array(x), self.array(y)
        return self.torch.where((y > x) | y.isnan(), y, x)

    def row_minimum(self, x, y):
        x, y = self.array(x), self.array(y)
        return self.torch.where((y < x) | y.isnan(), y, x)

    def row_hypot(self, x, y):
        both = self.torch.broadcast_tensors(self.array(x), self.array(y))
        return self.torch.linalg.vector_norm(self.torch.stack(both), dim=0)  # 0 at 0, 0

    def row_abs(self, x):
        return x * self.flat("sign", x)  # PyTorch says that nan has the sign 0

    def row_relu(self, x):
        return self.torch.relu(x)

    def row_silu(self, x):
        return self.torch.nn.functional.silu(x)  # by one slope: inf − inf is not met on the way

    def row_prod(self, x, axis=None, keepdims=False):
        """Factor by factor: PyTorch's own rule divides by each of them."""
        for a in sorted(as_axes(axis, x.ndim), reverse=True):
            first, *others = x.unbind(a)
            for other in others:
                first = first * other
            x = first.unsqueeze(a) if keepdims else first
        return x

    def row_cumprod(self, x, axis=None):
        found = []
        for factor in self.torch.unbind(x.reshape(-1) if axis is None else x, axis or 0):
            found.append(found[-1] * factor if found else factor)
        return self.torch.stack(found, axis or 0)

    def row_logsumexp(self, x, axis=None, keepdims=False):
        """Where every element is -inf, none has a share: PyTorch's is nan."""
        largest = self.reduced(self.torch.amax, x.detach(), axis, True)
        x = self.torch.where(self.torch.isneginf(largest), x.detach(), x)
        return super().named("logsumexp", x, axis=axis, keepdims=keepdims)

    def row_var(self, x, axis=None, ddof=0, keepdims=False):
        return self.reduced(partial(self.torch.var, correction=ddof), x, axis, keepdims)

    def row(self, name):
        """A staircase is a constant between its jumps: nothing flows back, not even 0 times infinity.

        JAX has it so; PyTorch sends back zeros, and a slope that is infinite makes nan of them.
        """
        return partial(self.flat, name) if name in STAIRCASES else super().row(name)

    def row_det(self, x):
        return self.torch.linalg.det(self.whole_only(x))

    def row_logabsdet(self, x):
        return super().row_logabsdet(self.whole_only(x))

    def whole_only(self, x):
        """The same; a matrix with nan or an infinity in it receives nan in any order of elimination."""
        whole = x.isfinite().all(-1, keepdim=True).all(-2, keepdim=True) | (x.shape[-1] == 1)
        x = x.clone()
        if x.requires_grad:
            x.register_hook(lambda g: self.torch.where(whole, g, np.nan))
        return x

    def flat(self, name, *xs):
        plain = (self.array(x).detach().numpy() for x in xs)
        return self.array(STAIRCASES[name](*plain))

    def row_heaviside(self, x, y):
        return self.torch.where(self.array(x).detach() == 0, self.array(y), self.flat("step", x))


@cache
def judges():
    """PyTorch and JAX; LookupError where one of them is not installed."""
    if not all(importlib.util.find_spec(kind.library) for kind in (Torch, Jax)):
        raise LookupError(MISSING)
    return AtEdges(), Jax()


def compare_at_edges(program, ours):
    """The Outcome for (result, gradients) of a program; JAX is asked where PyTorch has another number."""
    first, second = judges()
    value, gradients = ours
    ours, theirs = [value, *gradients], by(first, program)
    if all(np.all(near(a, b)) for a, b in zip(ours, theirs, strict=True)):
        return Outcome([], 0, 0.0)
    found, settled = [], 0
    for slot, (a, b, c) in enumerate(zip(ours, theirs, by(second, program), strict=True), -1):
        assert np.shape(a) == b.shape == c.shape
        passes = near(a, b) | near(a, c) | (np.isnan(a) & ~(near(b, c) & np.isfinite(b)))
        settled += int(np.sum(passes & ~near(a, b)))
        for place in zip(*np.nonzero(np.atleast_1d(~passes)), strict=True):
            numbers = (float(np.atleast_1d(x)[place]) for x in (a, b, c))
            found.append(Mismatch(slot, place, *numbers, 0.0))
    return Outcome(found, settled, 0.0)


def by(library, program):
    """What another library gives: the result and its gradients."""

    def f(library, *xs):
        return run(program, xs, lambda name, position: library.row(name), library.array)[-1]

    (value,), gradients = library.gradients(f, program.inputs, [np.ones(())])
    return [value, *gradients]


def near(a, b):
    """Where two numbers are the same but for rounding, or both nan."""
    with np.errstate(all="ignore"):
        close = np.abs(a - b) <= 1e-9 * np.maximum(1.0, np.abs(b))
    return np.isnan(a) & np.isnan(b) | (a == b) | close
