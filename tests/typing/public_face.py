"""A program as a user writes it, for mypy (never run): ``python -m mypy``."""

import backprop_nb as bp


def f(x1: bp.Scalar, x2: bp.Scalar) -> bp.Scalar:
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


slope = bp.grad(f)(2.0, 5.0)
run = bp.record(f, x1=2.0, x2=5.0)
print(run, run.gradient["x1"], slope)
bp.widgets.stepper(f, x1=2.0, x2=5.0)
