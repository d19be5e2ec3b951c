"""Ways to take a step downhill: functions (parameters, gradient, memory) → (parameters, memory).

Parameters and gradient are dicts, lists or tuples of arrays or numbers, built alike; memory is None at first.
"""

from ..arrays.trees import map_leaves

__all__ = ["adam", "momentum", "sgd"]


def sgd(rate=0.1):
    """Gradient descent: p ← p − rate · gradient.

    >>> step = sgd(0.5)
    >>> step({"w": 1.0}, {"w": 4.0}, None)
    ({'w': -1.0}, None)
    """

    def step(parameters, gradient, memory):
        return map_leaves(lambda p, g: p - rate * g, parameters, gradient), None

    return step


def momentum(rate=0.1, keep=0.9):
    """Descent with a memory: v ← keep · v + gradient, p ← p − rate · v (B. Polyak, 1964).

    >>> step = momentum(0.5, keep=0.5)
    >>> p, v = step([1.0], [4.0], None)
    >>> step(p, [4.0], v)
    ([-4.0], [6.0])
    """

    def step(parameters, gradient, memory):
        memory = zeros_of(gradient) if memory is None else memory  # never the gradient's own arrays
        speed = map_leaves(lambda v, g: keep * v + g, memory, gradient)
        return map_leaves(lambda p, v: p - rate * v, parameters, speed), speed

    return step


def adam(rate=0.001, keep=0.9, keep_square=0.999, tiny=1e-8):
    """Steps of like size for each weight: its mean gradient over the root of its mean square.

    D. Kingma and J. Ba (2015), arXiv:1412.6980.

    >>> step = adam(0.1)
    >>> [round(p, 6) for p in step([1.0], [4.0], None)[0]]
    [0.9]
    """

    def step(parameters, gradient, memory):
        t, mean, square = memory or (0, zeros_of(gradient), zeros_of(gradient))
        t = t + 1
        mean = map_leaves(lambda m, g: keep * m + (1 - keep) * g, mean, gradient)
        square = map_leaves(lambda s, g: keep_square * s + (1 - keep_square) * g * g, square, gradient)
        # Both began at 0: divided by what that makes them too small
        m_part, s_part = 1 - keep**t, 1 - keep_square**t

        def move(p, m, s):
            return p - rate * (m / m_part) / ((s / s_part) ** 0.5 + tiny)

        return map_leaves(move, parameters, mean, square), (t, mean, square)

    return step


def zeros_of(gradient):
    """The same containers, each number or array 0 in its shape and type."""
    return map_leaves(lambda g: g * 0, gradient)
