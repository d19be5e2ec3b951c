"""The order of a graph, and a reverse sweep through it, on a carrier made for these tests."""

import random

import pytest

from backprop_nb.core.sweep import operands_first, sweep


class Node:
    """The least that the sweep asks of a carrier; ``operation`` is the pair of its partials."""

    def __init__(self, name, parent1=None, parent2=None, partials=(1.0, 1.0)):
        self.name, self.parent1, self.parent2, self.gradient = name, parent1, parent2, None
        self.operation = None if parent1 is None and parent2 is None else partials

    def __repr__(self):
        return self.name


Node.node_type = Node


def hand_on(v):
    if v.operation is not None:
        for parent, p in zip((v.parent1, v.parent2), v.operation, strict=True):
            if isinstance(parent, Node):
                parent.gradient += v.gradient * p


def random_graph(seed, size=60):
    """A root over a random graph in which values are used many times, the same one twice included."""
    chance = random.Random(seed)
    nodes = [Node("x"), Node("y"), Node("z")]
    for i in range(size):
        pick = [chance.choice(nodes[-12:]), chance.choice([*nodes[-12:], 2.0, None])]
        if pick[1] is None or chance.random() < 0.7:
            chance.shuffle(pick)
        if not any(isinstance(p, Node) for p in pick):
            pick[0] = nodes[-1]
        nodes.append(Node(f"n{i}", *pick, partials=(chance.uniform(-1, 1), chance.uniform(-1, 1))))
    return nodes[-1]


def is_operands_first(order):
    place = {v: i for i, v in enumerate(order)}
    pairs = [(parent, v) for v in order for parent in (v.parent1, v.parent2) if isinstance(parent, Node)]
    return all(place[parent] < place[v] for parent, v in pairs)


@pytest.mark.parametrize("seed", range(40))
def test_every_node_stands_after_its_operands_and_the_sweep_sums_over_all_paths(seed):
    """Against the sum over paths by forward accumulation: d root / d x, computed operands first."""
    root = random_graph(seed)
    order = operands_first(root)
    assert order[-1] is root
    assert len(set(order)) == len(order)
    assert is_operands_first(order)
    sweep(root, 1.0, hand_on)
    for leaf in (v for v in order if v.operation is None):
        slope = {leaf: 1.0}
        for v in order:
            if v.operation is not None:
                pairs = zip((v.parent1, v.parent2), v.operation, strict=True)
                slope[v] = sum(p * slope.get(x, 0.0) for x, p in pairs if isinstance(x, Node))
        assert leaf.gradient == pytest.approx(slope[root], rel=1e-12, abs=1e-12)


def test_marking_a_node_when_it_is_pushed_would_not_do():
    """The trap: x is pushed early by the root, and must still stand before the node that needs it."""
    x = Node("x")
    a = Node("a", x)
    b = Node("b", a)
    root = Node("root", Node("c", b, a), a)
    assert is_operands_first(operands_first(root))
    shallow = Node("shallow", x, Node("deep", Node("deeper", x)))
    assert [v.name for v in operands_first(shallow)] == ["x", "deeper", "deep", "shallow"]


def test_constants_and_missing_operands_are_no_nodes():
    x = Node("x")
    assert operands_first(Node("f", 2.0, x))[0] is x
    assert [v.name for v in operands_first(Node("g", x, None))] == ["x", "g"]
    assert [v.name for v in operands_first(x)] == ["x"]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_failing_rule_leaves_no_gradient_half_made(error):
    x = Node("x")
    middle = Node("middle", x)
    root = Node("root", middle, x)

    def failing(v):
        if v is middle:
            raise error
        hand_on(v)

    with pytest.raises(error):
        sweep(root, 1.0, failing)
    assert [v.gradient for v in (x, middle, root)] == [None] * 3
    sweep(root, 1.0, hand_on)
    assert x.gradient == 2.0
