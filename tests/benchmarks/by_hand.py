"""The array works by hand in NumPy: every buffer made beforehand, no operation without its ``out``."""

import numpy as np

__all__ = ["Additions", "Chain", "Perceptron", "Products", "TwoLayers"]


class Perceptron:
    """A multilayer perceptron: affine maps, relu between them, the mean softmax cross-entropy of the labels.

    parameters: dict W0, b0, W1, b1, …; ``train`` writes into its arrays
    """

    def __init__(self, parameters, X, labels):
        self.layers = [(parameters[f"W{i}"], parameters[f"b{i}"]) for i in range(len(parameters) // 2)]
        self.X, self.ones = X, np.ones(len(X), X.dtype)
        widths = [len(b) for _, b in self.layers]
        self.h, self.d, self.mask = ([np.empty((len(X), n), X.dtype) for n in widths] for _ in range(3))
        n, classes = self.h[-1].shape
        self.scores = np.empty((classes, n), X.dtype)  # a row a class: reductions run along the long axis
        self.d[-1], self.line = self.scores.T, self.scores.reshape(-1)
        self.places, self.right, self.total = labels * n + np.arange(n), *np.empty((2, n), X.dtype)
        self.gradients = {name: np.empty_like(p) for name, p in parameters.items()}
        self.gW, self.gb = ([g for name, g in self.gradients.items() if name[0] == kind] for kind in "Wb")
        self.pairs = [(parameters[name], g) for name, g in self.gradients.items()]

    def loss(self):
        """Forward; leaves the softmax in ``scores``, of which the last ``d`` is a view."""
        x, last = self.X, len(self.layers) - 1
        for i, (W, b) in enumerate(self.layers):
            h = self.h[i]
            np.dot(x, W, out=h)
            h += b
            if i < last:
                np.maximum(h, 0, out=h)
            x = h
        scores, right, total = self.scores, self.right, self.total
        np.copyto(scores, h.T)
        np.maximum.reduce(scores, 0, out=total)
        scores -= total
        self.line.take(self.places, out=right, mode="clip")  # other modes copy
        np.exp(scores, out=scores)
        np.add.reduce(scores, 0, out=total)
        scores /= total
        np.log(total, out=total)
        total -= right
        return np.add.reduce(total) / len(total)

    def run(self):
        """Forward and backward; returns the loss and the dict of gradients, which the next run overwrites."""
        value = self.loss()
        d = self.d[-1]
        self.line[self.places] -= 1
        self.scores *= 1 / len(d)
        for i in range(len(self.layers) - 1, 0, -1):
            h = self.h[i - 1]
            np.dot(h.T, d, out=self.gW[i])
            np.dot(self.ones, d, out=self.gb[i])
            before, mask = self.d[i - 1], self.mask[i - 1]
            np.dot(d, self.layers[i][0].T, out=before)
            np.greater(h, 0, out=mask)
            before *= mask
            d = before
        np.dot(self.X.T, d, out=self.gW[0])
        np.dot(self.ones, d, out=self.gb[0])
        return value, self.gradients

    def train(self, rate):
        """One step of gradient descent; returns the loss before it."""
        value, _ = self.run()
        for p, g in self.pairs:
            np.multiply(g, rate, out=g)
            np.subtract(p, g, out=p)
        return value


class Chain:
    """The sum of a chain of 20 elementwise operations, in the eight arrays that its backward reads."""

    def __init__(self, parameters):
        self.x = parameters["x"]
        self.kept = [np.empty_like(self.x) for _ in range(8)]

    def forward(self):
        """The sum; each array ends as what one rule below reads, the input or the output of its operation."""
        a, b, c, d, e, f, g, h = self.kept
        np.multiply(self.x, 0.7, out=a)
        a += 0.3
        np.tanh(a, out=a)
        np.multiply(a, 1.5, out=b)
        np.exp(b, out=b)
        np.subtract(b, 0.2, out=c)
        c /= 3.0
        c += 1.5
        np.log(c, out=d)
        np.multiply(d, d, out=e)
        np.negative(e, out=e)
        e += 2.0
        np.divide(1.0, e, out=e)
        np.multiply(e, 4.0, out=f)
        f -= 3.0
        np.maximum(f, 0, out=f)
        np.exp(f, out=g)
        np.add(g, 0.1, out=h)
        np.sqrt(h, out=h)
        return h.sum() / 2.0

    def run(self):
        """Forward, then backward one operation after the other; what a rule has read is scratch."""
        value = self.forward()
        a, b, c, d, e, f, g, bar = self.kept
        np.divide(0.25, bar, out=bar)  # sqrt, after the sum of halves
        bar *= g  # exp
        np.greater(f, 0, out=f)  # relu
        bar *= f
        bar *= 4.0
        e *= e  # 1 / e, whose minus and that of the chain cancel
        bar *= e
        d *= 2.0  # d · d
        bar *= d
        bar /= c  # log
        bar /= 3.0
        bar *= b  # exp
        bar *= 1.5
        a *= a  # tanh
        np.subtract(1.0, a, out=a)
        bar *= a
        bar *= 0.7
        return value, {"x": bar}


class Products:
    """A batch of matrix products A B, plus a row b where it is given; pulls G back to all of them."""

    def __init__(self, parameters, seed):
        self.A, self.B, self.b = parameters["A"], parameters["B"], parameters.get("b")
        self.G, self.out = seed, np.empty_like(seed)
        self.gradients = {name: np.empty_like(p) for name, p in parameters.items()}
        self.ones = np.ones(seed.size // seed.shape[-1], seed.dtype)

    def run(self):
        """The products, and the dict of gradients."""
        np.matmul(self.A, self.B, out=self.out)
        np.matmul(self.G, self.B.swapaxes(-1, -2), out=self.gradients["A"])
        np.matmul(self.A.swapaxes(-1, -2), self.G, out=self.gradients["B"])
        if self.b is not None:
            self.out += self.b
            np.dot(self.ones, self.G.reshape(len(self.ones), -1), out=self.gradients["b"])
        return self.out, self.gradients


class Additions:
    """x + y + y + …, n times; pulls a seed back to x and, where y is a parameter too, to y."""

    def __init__(self, parameters, n, y, seed):
        self.x, self.y, self.n, self.seed = parameters["x"], y, n, seed
        self.out = np.empty_like(self.x)
        self.gradients = {name: np.empty_like(p) for name, p in parameters.items()}

    def run(self):
        """The last sum and the dict of gradients: every addition gives y its share again."""
        out, y, gradients = self.out, self.y, self.gradients
        np.copyto(out, self.x)
        for _ in range(self.n):
            np.add(out, y, out=out)
        g = gradients["x"]
        np.copyto(g, self.seed)
        if "y" in gradients:
            gy = gradients["y"]
            gy.fill(0)
            for _ in range(self.n):
                np.add(gy, g, out=gy)
        return out, gradients


class TwoLayers:
    """The Jacobian of x ↦ tanh(tanh(x A) B), row = input, column = output: two scaled matrices."""

    def __init__(self, x, A, B):
        self.x, self.A, self.B = x, A, B
        self.h, self.out = np.empty(A.shape[1], x.dtype), np.empty(B.shape[1], x.dtype)
        self.scaled, self.J = np.empty_like(A), np.empty((len(x), B.shape[1]), x.dtype)

    def jacobian(self):
        """The Jacobian, which the next call overwrites."""
        h, out = self.h, self.out
        np.dot(self.x, self.A, out=h)
        np.tanh(h, out=h)
        np.dot(h, self.B, out=out)
        np.tanh(out, out=out)
        h *= h
        np.subtract(1, h, out=h)
        out *= out
        np.subtract(1, out, out=out)
        np.multiply(self.A, h, out=self.scaled)
        np.dot(self.scaled, self.B, out=self.J)
        self.J *= out
        return self.J
