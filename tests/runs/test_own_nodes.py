"""A function on somebody else's class of nodes is recorded, drawn and stepped through like any other."""

import math

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises.own_class import ModelNode
from backprop_nb.runs.own_nodes import run_on


class Node(ModelNode):
    """With the logarithm and the sine; results are ModelNodes, whose parents may be Nodes."""

    def log(self):
        return Node(math.log(self.value), "log", (self,))

    def sin(self):
        return Node(math.sin(self.value), "sin", (self,))

    def __sub__(self, other):
        return Node(self.value - other.value, "-", (self, other))

    __add__ = lambda self, other: Node(self.value + other.value, "add", (self, other))  # noqa: E731
    __mul__ = lambda self, other: Node(self.value * other.value, "×", (self, other))  # noqa: E731
    backward = property()  # its sweep is not asked for


def eq1(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


def polynomial(x):
    return 3 * x * x + 2 * x + 1


def test_the_record_is_the_one_of_the_package_line_by_line():
    assert str(bp.record(run_on(Node, eq1), 2, 5)) == str(bp.record(eq1, 2, 5))
    assert bp.record(run_on(ModelNode, polynomial), 3).gradient == bp.record(polynomial, 3).gradient


def test_it_is_drawn_stepped_and_swept_wrongly_like_any_other():
    f = run_on(ModelNode, polynomial)
    assert bp.record(f, 3).graph().dot == bp.record(lambda x: x * 3 * x + x * 2 + 1, 3).graph().dot
    assert bp.widgets.stepper(f, x=3).record.gradient == {"x": 20.0}
    assert bp.faults.run("overwrite", f, 3).wrong == bp.faults.run("overwrite", polynomial, 3).wrong


def test_lists_of_inputs_and_nodes_made_of_constants_are_understood():
    def dot(w, x):
        return w[0] * x + w[1] * 2.0

    def wrapping(x, y):
        y = y if hasattr(y, "operation") else ModelNode(y)
        return ModelNode(x.value * y.value, "mul", (x, y))

    for node_class in (ModelNode, give(__mul__=wrapping)):
        run = bp.record(run_on(node_class, dot), [3.0, 4.0], 5.0)
        assert run.gradient == {"w[0]": 5.0, "w[1]": 2.0, "x": 3.0}


def give(**methods):
    return type("Wrong", (ModelNode,), methods)


@pytest.mark.parametrize(
    ("node_class", "words"),
    [
        (give(__mul__=lambda x, y: ModelNode(7.0, "mul", (x, y))), r"mul\(3, 3\) is 7 in your node; it sh"),
        (give(__mul__=lambda x, y: ModelNode(9.0, "mul", {x, y})), "keep them in a tuple; this is a set"),
        (give(__mul__=lambda x, y: ModelNode(9.0, "times", (x, y))), "no operation 'times' of 2 operands"),
        (give(__mul__=lambda x, y: Late(9.0, "mul", (x, y))), "leaves 5 at the node input of value 3"),
    ],
)
def test_what_a_class_gets_wrong_is_not_hidden_by_a_picture(node_class, words):
    with pytest.raises(ValueError, match=words):
        bp.record(run_on(node_class, lambda x: x * x), 3.0)


class Late(ModelNode):
    def backward(self):
        for v in self.order():
            v.gradient = 5.0
        self.gradient = 1.0


def test_a_deep_graph_is_no_matter():
    def chain(x):
        for _ in range(3000):
            x = x * 1.0
        return x

    assert bp.record(run_on(ModelNode, chain), 2.0).gradient == {"x": 1.0}


def test_plain_numbers_are_handed_through():
    assert run_on(ModelNode, polynomial)(3) == 34
