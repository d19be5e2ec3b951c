"""The vJp of an elementwise row: what of a partial may be kept from one sweep to the next."""

import numpy as np

import backprop_nb as bp
from backprop_nb.core.primitives import Primitive, Unary, named


def test_a_partial_that_reads_a_name_reads_it_on_each_sweep(monkeypatch):
    monkeypatch.setattr(Primitive, "table", dict(Primitive.table))
    slope = 2.0
    steep = Unary("steep", named("steep"), lambda x: slope * x, lambda np, x: slope * x, lambda out, x: slope)
    found = []
    for slope in (2.0, 5.0):  # noqa: B007
        found.append(bp.value_and_grad(lambda x: steep(x).sum())(np.array([1.0, 2.0])))
    assert [(value, g.tolist()) for value, g in found] == [(6.0, [2.0, 2.0]), (15.0, [5.0, 5.0])]
