"""The second table: operations that move or mix the elements of arrays, each with one vJp per operand."""

from . import choosing, einstein, joining, picking, products, reductions, shapes, softmax
from .row import Gathering, Structural

__all__ = [
    "Gathering",
    "Structural",
    "choosing",
    "einstein",
    "joining",
    "picking",
    "products",
    "reductions",
    "shapes",
    "softmax",
]
