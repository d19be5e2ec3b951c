"""What a claim cell asserts is held by the package: break the package once, and the unchanged cell fails.

A row is a notebook, a claim, and what breaks it: a function that is given pytest's ``monkeypatch``. The code
cells that assert the claim are run in this process, after those that they need; the ones that fail are noted.
"""

import operator
from pathlib import Path

import numpy as np
import pytest
from support.notebook_cells import asserts, code_cells, failing_cells, slice_cells, tagged_claims

import backprop_nb as bp
from backprop_nb.arrays import differences
from backprop_nb.core import dual
from backprop_nb.derivation import inner_products
from backprop_nb.drawing import plots
from backprop_nb.jacobians import dense, looking
from backprop_nb.programs import number_programs
from backprop_nb.runs import chain_rule, columns, graph, paths, rows, tracing
from backprop_nb.training import fitting, losses, nets
from backprop_nb.ways import (
    counting_sweeps,
    error_curves,
    evaluations,
    expression_pictures,
    expressions,
    sharing,
)
from backprop_nb.widgets import number_steps


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
    def sweep(rows, output):
        rows.adjoint = [0.0] * len(rows)
        return list(bp.faults.recursion(tracing.Trace(tuple(rows), rows.number_at(output))).values())

    patch.setattr(tracing, "sweep_columns", sweep)


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


def stand_still(patch):
    """The weights are what they were, whatever step was chosen."""
    step = fitting.take_step

    def take(run, *others):
        before = run.parameters
        step(run, *others)
        run.parameters = before

    patch.setattr(fitting, "take_step", take)


def close_every_neuron(patch):
    """A network whose activations let nothing through."""
    patch.setattr(bp.training, "mlp", lambda p, x, activation=None: nets.mlp(p, x, lambda z: z * 0.0))


def judge_by_the_worst(patch):
    patch.setattr(bp.training, "accuracy", lambda scores, labels: losses.accuracy(-scores, labels))


def halve_each_product(patch):
    """The gradient through each matrix product is half of what it is."""
    flow = bp.matmul.flow
    patch.setattr(bp.matmul, "flow", lambda *given, **options: flow(*given, **options) / 2)


def print_another_factor(patch):
    factor = chain_rule.factor
    patch.setattr(chain_rule, "factor", lambda x, number: factor(0.7 if x == 0.5 else x, number))


def number_by_evaluation(patch):
    patch.setattr(columns, "max", lambda *levels: 0, raising=False)  # all results stand on one level


def hand_on_right_to_left(patch):
    steps = rows.reverse_steps
    patch.setattr(rows, "reverse_steps", lambda run: list(steps(run))[:1] + list(steps(run))[:0:-1])


def draw_flow_as_notes(patch):
    patch.setitem(graph.ARROWS, "notes", graph.ARROWS["flow"])


def draw_another_partial(patch):
    patch.setattr(rows.Row, "edge_text", lambda row, slot: "1")


def lose_a_path(patch):
    walk = paths.Paths.__iter__
    patch.setattr(paths.Paths, "__iter__", lambda found: iter(list(walk(found))[1:]))


def add_along_the_path(patch):
    patch.setattr(paths, "mul", operator.add)


def show_values_for_adjoints(patch):
    tell = number_steps.tell_row
    patch.setattr(number_steps, "tell_row", lambda row: tell(row) | {"adjoint": row.boxed})


def compare_nothing(patch):
    for carrier in (bp.Scalar, *bp.Scalar.__subclasses__()):
        patch.setattr(carrier, "__gt__", lambda x, y: True)


def count_products_only(patch):
    patch.setattr(bp.sizes, "matmul_operations", lambda n: n**3)


def multiply_in_one_piece(patch):
    patch.setattr(bp.sizes, "scalar_matmul", lambda a, b: (np.array(a, float) @ np.array(b, float)).tolist())


def turn_the_layout(patch):
    jacobian, other = bp.jacobian, {"notes": "usual", "usual": "notes"}
    patch.setattr(
        bp, "jacobian", lambda *x, layout="notes", **more: jacobian(*x, layout=other[layout], **more)
    )


def double_the_partials(name):
    """A mutation that doubles every partial of a row of the first table."""

    def mutate(patch):
        row = bp.Primitive.table[name]
        patch.setattr(row, "partials", [lambda *x, p=p: p(*x) * 2 for p in row.partials])
        if flow := row.flow:  # what it does on arrays
            patch.setattr(row, "flow", lambda *x: 2 * flow(*x))

    mutate.__name__ = f"double the partials of {name}"
    return mutate


def change_flow(name, change):
    """A mutation that changes what a row of the second table hands back."""

    def mutate(patch):
        row = bp.Structural.table[name]
        flow = row.flow
        patch.setattr(row, "flow", lambda *x, **more: change(flow(*x, **more)))

    mutate.__name__ = f"another vJp of {name}"
    return mutate


def keep_nothing(patch):
    patch.setattr(looking, "kept_bytes", lambda out: 0)


def push_for_pull(patch):
    jvp = bp.races.jvp
    patch.setattr(bp.races, "jvp", lambda f, x, t: (None, 2 * jvp(f, x, t)[1]))


def count_the_zeros(patch):
    patch.setattr(dense.Jacobian, "density", property(lambda J: 1 - J.nonzeros / J.matrix.size))


def go_by_rows(module):
    """A mutation that has derivatives become matrices row by row, whatever was asked."""

    def mutate(patch):
        flatten = module.flatten_derivative
        patch.setattr(module, "flatten_derivative", lambda T, ins, outs, *order: flatten(T, ins, outs))

    mutate.__name__ = f"go by rows in {module.__name__.rpartition('.')[2]}"
    return mutate


def promise_one_more(patch):
    largest = bp.sizes.largest_n
    patch.setattr(bp.sizes, "largest_n", lambda *x: largest(*x) + 1)


def stack_the_rows(patch):
    patch.setattr(bp, "vec", lambda a: a.reshape(-1))


def forget_to_transpose(patch):
    patch.setattr(bp.Tensor, "T", property(lambda x: x))


def forget_the_way_of_the_trace(patch):
    patch.setattr(inner_products, "grad", lambda f: lambda X: X)


def lose_a_reference(patch):
    read = Path.read_text
    patch.setattr(Path, "read_text", lambda path, **more: read(path, **more).replace("jmva.2010", ""))


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
    ("12", "N01", stand_still),
    ("12", "N01", close_every_neuron),
    ("12", "N01", judge_by_the_worst),
    ("12", "N01", halve_each_product),
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
    ("04", "N14", print_another_factor),
    ("04", "N15", number_by_evaluation),
    ("90", "N15", number_by_evaluation),
    ("04", "N16", hand_on_right_to_left),
    ("06", "N16", hand_on_right_to_left),
    ("04", "N17", draw_flow_as_notes),
    ("04", "N17", draw_another_partial),
    ("04", "N18", lose_a_path),
    ("04", "N19", add_along_the_path),
    ("90", "N19", add_along_the_path),
    ("04", "N20", show_values_for_adjoints),
    ("06", "N20", double_the_partials("mul")),
    ("07", "N24", compare_nothing),
    ("07", "N24", double_the_partials("mul")),
    ("08", "N25", count_products_only),
    ("90", "N25", count_products_only),
    ("08", "N26", multiply_in_one_piece),
    ("09", "N27", turn_the_layout),
    ("09", "N27", double_the_partials("sin")),
    ("09", "N28", double_the_partials("mul")),
    ("09", "N28", change_flow("cumsum", operator.neg)),
    ("09", "N29", double_the_partials("mul")),
    ("09", "N29", keep_nothing),
    ("09", "N30", push_for_pull),
    ("90", "N30", change_flow("matmul", operator.neg)),
    ("09", "N31", change_flow("matmul", operator.neg)),
    ("09", "N32", count_the_zeros),
    ("10", "N33", change_flow("matmul", operator.neg)),
    ("10", "N33", go_by_rows(bp.kronecker)),
    ("10", "N34", promise_one_more),
    ("10", "N35", go_by_rows(looking)),
    ("10", "N35", change_flow("matmul", lambda g: g + 1)),
    ("10", "N36", double_the_partials("mul")),
    ("10", "N37", double_the_partials("mul")),
    ("10", "N37", change_flow("softmax", operator.neg)),
    ("10", "N38", stack_the_rows),
    ("10", "N39", forget_to_transpose),
    ("10", "N40", forget_the_way_of_the_trace),
    ("10", "N40", change_flow("matmul", operator.neg)),
    ("10", "N41", change_flow("matmul", operator.neg)),
    ("90", "N41", change_flow("matmul", operator.neg)),
    ("90", "N42", lose_a_reference),
]


def failing_claims(notebook, claims):
    """The claims of which a cell fails, when the cells that assert them are run, with those they need."""
    cells = code_cells(notebook)
    wanted = [cell for cell in cells if tagged_claims(cell) & claims and asserts(cell)]
    cells = slice_cells(cells, wanted)
    return set().union(*(tagged_claims(cells[i]) for i in failing_cells(cells)))


@pytest.mark.parametrize("notebook", sorted({notebook for notebook, *_ in MUTATIONS}))
def test_an_unbroken_package_holds_its_claims(notebook):
    assert failing_claims(notebook, {claim for name, claim, _ in MUTATIONS if name == notebook}) == set()


def test_the_package_is_broken_once_for_each_claim():
    assert {claim for _, claim, _ in MUTATIONS} == {f"N{number:02}" for number in range(1, 43)}


@pytest.mark.filterwarnings("ignore::backprop_nb.runs.comparing.DifferentValue")
@pytest.mark.parametrize(
    ("notebook", "claim", "mutate"), MUTATIONS, ids=[f"{row[1]} {row[2].__name__}" for row in MUTATIONS]
)
def test_breaking_the_package_fails_the_cell_of_the_claim(notebook, claim, mutate, monkeypatch):
    mutate(monkeypatch)
    assert claim in failing_claims(notebook, {claim})
