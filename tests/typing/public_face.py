"""A program as a user writes it, for mypy (never run): ``python -m mypy``."""

from collections.abc import Callable
from typing import Any, assert_type

import backprop_nb as bp


def f(x1: bp.Scalar, x2: bp.Scalar) -> bp.Scalar:
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


x = bp.Scalar(2.0)
out = f(x, bp.Scalar(5.0))
out.backward()
assert_type(out, bp.Scalar)
assert_type(x.gradient, float | None)
assert_type(bp.sin(out), bp.Scalar)
assert_type(bp.grad(f), Callable[..., Any])
assert_type(bp.record(f, x1=2.0, x2=5.0), bp.Record)
assert_type(bp.widgets.stepper(f, x1=2.0, x2=5.0), bp.widgets.Stepper)
assert_type(bp.check_grad(f, 2.0, 5.0), float)
assert_type(bp.value_and_grad(f)(2.0, 5.0), tuple[Any, Any])

bp.grad("x1 * x2")  # type: ignore[arg-type]  # a formula is no function
bp.Scalar("2")  # type: ignore[arg-type]
