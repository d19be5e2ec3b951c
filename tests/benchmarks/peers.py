"""The libraries of the array benchmarks behind one interface, each used as its own documentation shows."""

import importlib.metadata
import importlib.util
from abc import ABC, abstractmethod
from types import SimpleNamespace

import numpy as np

__all__ = ["LIBRARIES", "Library", "installed"]


class Library(ABC):
    """What the benchmarks ask of a library; the parameters of a work are a dict of NumPy arrays.

    name, package: what the table calls it; the distribution that has its version
    ops:           the functions that a program is written with, beside operators
    leaves:        function: parameters → copies of them, as the library holds what is differentiated
    running:       function: f, leaves, seed → a function () → (value of f, dict of gradients pulled back)
    descend:       function: leaves, gradients, rate: one step of gradient descent, in place
    """

    name = package = ""

    def __init__(self):
        self.ops = self.operations()

    @abstractmethod
    def leaves(self, parameters): ...

    @abstractmethod
    def running(self, f, leaves, seed=None): ...

    @abstractmethod
    def descend(self, leaves, gradients, rate): ...

    @property
    def title(self):
        """The name with its version."""
        return f"{self.name} {importlib.metadata.version(self.package)}"

    def constant(self, array):
        """The array as the library holds a constant."""
        return array

    def gradient(self, f, parameters, seed=None):
        """``running`` on leaves of its own."""
        return self.running(f, self.leaves(parameters), seed)

    def training(self, f, parameters, rate):
        """A function () → loss, one step of gradient descent on its own copy of the parameters."""
        leaves = self.leaves(parameters)
        run = self.running(f, leaves)

        def step():
            value, gradients = run()
            self.descend(leaves, gradients, rate)
            return value

        return step

    def jacobian(self, f, x):
        """A function () → all derivatives of f at x, the fastest way there is; None where there is none."""
        return None


class OnNumPy(Library):
    """A library that hands NumPy arrays back; it sets ``value_and_grad`` and has ``pulling``."""

    def leaves(self, parameters):
        return {name: p.copy() for name, p in parameters.items()}

    def running(self, f, leaves, seed=None):
        if seed is None:
            both = self.value_and_grad(f)
            return lambda: both(leaves)
        forward = self.pulling(f)

        def run():
            out, pull = forward(leaves)
            return out, pull(seed)

        return run

    def descend(self, leaves, gradients, rate):
        for name, p in leaves.items():
            gradients[name] *= rate
            np.subtract(p, gradients[name], out=p)


class Ours(OnNumPy):
    """backprop_nb"""

    name = package = "backprop_nb"

    def operations(self):
        import backprop_nb as bp

        self.bp, self.value_and_grad = bp, bp.value_and_grad
        return namespace(bp, "relu", cross_entropy=bp.softmax_cross_entropy)

    def pulling(self, f):
        def forward(leaves):
            out, pull = self.bp.vjp(f, leaves)
            return out, lambda seed: pull(seed)[0]

        return forward

    def jacobian(self, f, x):
        return lambda: self.bp.jacobian(f, x)


class Autograd(OnNumPy):
    """HIPS autograd"""

    name = package = "autograd"

    def operations(self):
        import autograd
        import autograd.numpy as anp
        from autograd.tracer import getval

        self.autograd, self.value_and_grad = autograd, autograd.value_and_grad
        classes = {}

        def cross_entropy(logits, labels):
            """As in its example neural_net.py: the labels as rows of the unit matrix, made once."""
            if id(labels) not in classes:
                classes[id(labels)] = np.eye(logits.shape[1], dtype=logits.dtype)[labels]
            top = np.max(getval(logits), axis=1, keepdims=True)
            costs = anp.log(anp.sum(anp.exp(logits - top), axis=1, keepdims=True)) + top - logits
            return anp.sum(classes[id(labels)] * costs) / len(labels)

        return namespace(anp, relu=lambda x: anp.maximum(x, 0), cross_entropy=cross_entropy)

    def pulling(self, f):
        make = self.autograd.make_vjp(f)
        return lambda leaves: reversed(make(leaves))

    def jacobian(self, f, x):
        every = self.autograd.jacobian(f)
        return lambda: every(x)


class MyGrad(Library):
    """MyGrad, with the guarding of memory off, which its documentation advises for speed"""

    name, package = "MyGrad", "mygrad"

    def operations(self):
        import mygrad
        from mygrad.nnet.activations import relu
        from mygrad.nnet.losses import softmax_crossentropy

        mygrad.turn_memory_guarding_off()
        self.mygrad = mygrad
        return namespace(mygrad, relu=relu, cross_entropy=softmax_crossentropy)

    def leaves(self, parameters):
        return {name: self.mygrad.tensor(p) for name, p in parameters.items()}

    def running(self, f, leaves, seed=None):
        def run():
            out = f(leaves)
            out.backward(seed)
            return out.data, {name: p.grad for name, p in leaves.items()}

        return run

    def descend(self, leaves, gradients, rate):
        for name, p in leaves.items():
            p.data -= rate * gradients[name]


class Torch(Library):
    """PyTorch, eager, one thread"""

    name, package = "PyTorch", "torch"

    def operations(self):
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        own = {"affine": lambda x, W, b: torch.addmm(b, x, W)}
        return namespace(torch, "relu", cross_entropy=torch.nn.functional.cross_entropy, **own)

    def constant(self, array):
        return self.torch.tensor(array)

    def leaves(self, parameters):
        return {name: self.torch.tensor(p, requires_grad=True) for name, p in parameters.items()}

    def running(self, f, leaves, seed=None):
        seed = None if seed is None else self.constant(seed)
        names, inputs = list(leaves), list(leaves.values())

        def run():
            out = f(leaves)
            found = self.torch.autograd.grad(out, inputs, seed)
            return out.detach(), dict(zip(names, found, strict=True))

        return run

    def descend(self, leaves, gradients, rate):
        with self.torch.no_grad():
            for name, p in leaves.items():
                p.sub_(gradients[name], alpha=rate)

    def jacobian(self, f, x):
        x, every = self.constant(x), self.torch.func.jacrev(f)
        return lambda: every(x)


class JaxJit(Library):
    """JAX, the whole work compiled beforehand"""

    name, package = "JAX jit", "jax"

    def operations(self):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        self.jax = jax

        def cross_entropy(logits, labels):
            chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
            return -chosen.mean()

        return namespace(jnp, relu=jax.nn.relu, cross_entropy=cross_entropy)

    def compiled(self, f, *given):
        """A function () → what f gives, ready."""
        f = self.jax.jit(f)
        return lambda: self.jax.block_until_ready(f(*given))

    def constant(self, array):
        return self.jax.numpy.array(array)

    def leaves(self, parameters):
        return {name: self.constant(p) for name, p in parameters.items()}

    def running(self, f, leaves, seed=None):
        def pulled(leaves, seed):
            out, pull = self.jax.vjp(f, leaves)
            return out, pull(seed)[0]

        if seed is None:
            return self.compiled(self.jax.value_and_grad(f), leaves)
        return self.compiled(pulled, leaves, self.constant(seed))

    def descend(self, leaves, gradients, rate):
        leaves.update({name: p - rate * gradients[name] for name, p in leaves.items()})

    def training(self, f, parameters, rate):
        jax, leaves = self.jax, self.leaves(parameters)

        @jax.jit
        def descended(leaves):
            loss, gradients = jax.value_and_grad(f)(leaves)
            self.descend(leaves, gradients, rate)
            return loss, leaves

        def step():
            nonlocal leaves
            loss, leaves = jax.block_until_ready(descended(leaves))
            return loss

        return step

    def jacobian(self, f, x):
        return self.compiled(self.jax.jacrev(f), self.constant(x))


def namespace(module, *more, **others):
    """The functions that works are written with: those of a module, and ``others`` beside them."""
    names = ["exp", "log", "sqrt", "sum", "tanh", *more]
    return SimpleNamespace(**{"affine": affine, **{name: getattr(module, name) for name in names}, **others})


def affine(x, W, b):
    """x W + b"""
    return x @ W + b


class OurPrograms(Ours):
    """backprop_nb, its runs written as programs"""

    name = title = "replay"

    def operations(self):
        ops = super().operations()
        self.value_and_grad = self.bp.replay
        return ops

    def jacobian(self, f, x):
        program = self.bp.emit(f, x, jacobian=True, passes=self.bp.programs.PASSES)
        return lambda: program(x)[1][0]


LIBRARIES = {kind.name: kind for kind in (Ours, OurPrograms, Autograd, MyGrad, Torch, JaxJit)}


def installed():
    """The names of the libraries that can be imported here, ours first."""
    return [name for name, kind in LIBRARIES.items() if importlib.util.find_spec(kind.package)]
