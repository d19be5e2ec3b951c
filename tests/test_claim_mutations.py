"""What a claim cell asserts is held by the package: break the package once, and the unchanged cell fails.

A row is a notebook, a claim, and what breaks it: a function that is given pytest's ``monkeypatch``. The code
cells of the notebook are run in this process, from the top; one that fails is noted, and the next one is run.
"""

import pytest
from support.notebook_cells import code_cells, failing_cells, tagged_claims

import backprop_nb as bp
from backprop_nb.arrays import differences
from backprop_nb.core import dual
from backprop_nb.drawing import plots
from backprop_nb.programs import number_programs
from backprop_nb.runs import rows
from backprop_nb.ways import (
    counting_sweeps,
    error_curves,
    evaluations,
    expression_pictures,
    expressions,
    sharing,
)


def reverse_the_run(patch):
    run = bp.ways.digits_run()
    patch.setattr(bp.ways, "digits_run", lambda: run.__class__(**vars(run) | {"epochs": run.epochs[::-1]}))


def go_uphill(patch):
    grad = bp.grad
    patch.setattr(bp, "grad", lambda f: lambda *x: -grad(f)(*x))


def change_scheme(name, **changes):
    """A mutation that changes one scheme of the table."""

    def mutate(patch):
        patch.setitem(differences.SCHEMES, name, differences.SCHEMES[name]._replace(**changes))

    mutate.__name__ = f"{name}, {', '.join(changes)}"
    return mutate


def lose_a_factor(patch):
    grad = bp.grad
    patch.setattr(bp, "grad", lambda f, argnums: lambda *x: tuple(g / 2 for g in grad(f, argnums)(*x)))


def compute_in_float64(patch):
    patch.setitem(error_curves.PRECISIONS, "float32", error_curves.PRECISIONS["float64"])


def draw_the_lines_crossed(patch):
    draw = plots.draw_error_curves

    class Crossed(error_curves.Curve):
        lines = property(lambda curve: error_curves.Curve.lines.fget(curve)[::-1])

    patch.setattr(
        plots, "draw_error_curves", lambda curves, *x: draw([Crossed(**vars(curve)) for curve in curves], *x)
    )


def take_both_sides(patch):
    quotients = differences.difference_quotients
    patch.setattr(evaluations, "difference_quotients", lambda f, x, scheme: quotients(f, x, "central"))


def forget_the_operands(patch):
    patch.setattr(bp.Scalar, "__sub__", lambda x, y: bp.Scalar(x.value - y.value))


def miss_a_field(patch):
    patch.setattr(bp.Scalar, "__slots__", bp.Scalar.__slots__[:-1])


def start_gradients_at_zero(patch):
    add = bp.Scalar.__sub__

    def subtract(x, y):
        out = add(x, y)
        out.gradient = 0.0
        return out

    patch.setattr(bp.Scalar, "__sub__", subtract)


def add_for_times(carrier):
    """A mutation that has one carrier add where it multiplies."""

    def mutate(patch):
        patch.setattr(carrier, "__mul__", carrier.__add__)

    mutate.__name__ = f"{carrier.__name__} adds for ×"
    return mutate


def drop_a_digit(patch):
    patch.setattr(bp.primitives.Primitive.table["sin"], "partials", (lambda out, x: bp.cos(x) * (1 + 1e-12),))


def sweep_without_an_order(patch):
    patch.setattr(rows, "sweep_back", bp.faults.recursion)


def take_sin_for_its_derivative(patch):
    patch.setattr(bp.sin, "partials", (lambda out, x: out,))


def draw_every_copy(patch):
    place = expression_pictures.place_parts
    patch.setattr(expression_pictures, "place_parts", lambda expression, copies: place(expression, True))


def count_operations_only(patch):
    def count(expression):
        return sum(v.operation is not None for v in sharing.nodes_of(expression))

    patch.setattr(sharing, "count_tree", count)


def leave_out_the_ones(patch):
    patch.setattr(expressions, "new_symbol", expressions.apply_lightly)


def mark_nothing(patch):
    patch.setattr(expression_pictures, "name_shared", lambda order, spelling: {})


def keep_the_copies(patch):
    patch.setattr(expressions, "share", lambda expression: expression)


def multiply_from_the_inside(patch):
    patch.setattr(expressions, "gradient", lambda e, naive: {"x": expressions.apply_rules(e, "x", naive)})


def take_the_first_branch(patch):
    patch.setattr(bp.Symbol, "__bool__", lambda condition: True)


def forget_the_inner_derivative(patch):
    patch.setattr(dual, "push", lambda row, partial, tangent, out, *operands: partial(out, *operands))


def run_once_more(patch):
    jvp = counting_sweeps.jvp
    patch.setattr(counting_sweeps, "jvp", lambda f, *x: (f(*x[0]), jvp(f, *x))[1])


def run_again_for_the_sweep(patch):
    """Reverse mode runs once for the value, and again for the sweep."""
    vjp = counting_sweeps.vjp
    patch.setattr(counting_sweeps, "vjp", lambda f, x: (f(x), vjp(f, x)[1]))


def forget_a_contribution(patch):
    """Of two contributions to one adjoint the program keeps the last."""
    write = number_programs.spell_slope
    patch.setattr(number_programs, "spell_slope", lambda row, *rest: write(row, *rest).replace("x1", "x2"))


MUTATIONS = [
    ("13", "N16", forget_a_contribution),
    ("01", "N01", reverse_the_run),
    ("01", "N01", go_uphill),
    ("01", "N02", change_scheme("forward", quotient=lambda f, x, h: (f(x + h) - f(x)) / (2 * h))),
    ("01", "N03", lose_a_factor),
    ("01", "N04", compute_in_float64),
    ("01", "N05", change_scheme("forward", truncation=lambda slopes, h: abs(slopes[2]) * h)),
    ("01", "N05", change_scheme("forward", rounding=lambda unit, slope_unit, h: unit / h**0.5)),
    ("01", "N05", change_scheme("central", quotient=lambda f, x, h: (f(x + h) - f(x)) / h)),
    ("01", "N05", draw_the_lines_crossed),
    ("01", "N06", take_both_sides),
    ("03", "N12", forget_the_inner_derivative),
    ("03", "N12", add_for_times(bp.Dual)),
    ("03", "N12", add_for_times(bp.Scalar)),
    ("03", "N12", run_once_more),
    ("03", "N12", run_again_for_the_sweep),
    ("05", "N13", drop_a_digit),
    ("05", "N21", forget_the_operands),
    ("05", "N21", miss_a_field),
    ("05", "N21", start_gradients_at_zero),
    *(("05", "N22", add_for_times(carrier)) for carrier in (bp.Scalar, bp.Tensor, bp.Dual, bp.Symbol)),
    ("06", "N23", sweep_without_an_order),
    ("02", "N07", take_sin_for_its_derivative),
    ("02", "N07", draw_every_copy),
    ("02", "N08", count_operations_only),
    ("02", "N08", leave_out_the_ones),
    ("02", "N09", mark_nothing),
    ("02", "N09", draw_every_copy),
    ("02", "N10", keep_the_copies),
    ("02", "N10", multiply_from_the_inside),
    ("02", "N11", take_the_first_branch),
]


def failing_claims(notebook, claim):
    """The claims of which a cell fails, on the way to the last cell of one."""
    cells = code_cells(notebook)
    last = max(i for i, cell in enumerate(cells) if claim in tagged_claims(cell))
    return set().union(*(tagged_claims(cells[i]) for i in failing_cells(cells[: last + 1])))


@pytest.mark.parametrize("notebook", sorted({notebook for notebook, *_ in MUTATIONS}))
def test_an_unbroken_package_holds_its_claims(notebook):
    last = max(claim for name, claim, _ in MUTATIONS if name == notebook)
    assert failing_claims(notebook, last) == set()


@pytest.mark.parametrize(
    ("notebook", "claim", "mutate"), MUTATIONS, ids=[f"{row[1]} {row[2].__name__}" for row in MUTATIONS]
)
def test_breaking_the_package_fails_the_cell_of_the_claim(notebook, claim, mutate, monkeypatch):
    mutate(monkeypatch)
    assert claim in failing_claims(notebook, claim)
