"""Symbolic differentiation: SymPy is the judge; sizes are counted once more, by another program."""

import itertools
import math
import operator
import xml.etree.ElementTree as ElementTree

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.latex_reader import read_latex
from support.reference import every_row

import backprop_nb as bp
from backprop_nb import Scalar, Symbol, symbols
from backprop_nb.core.sweep import operands_first
from backprop_nb.drawing import graphviz_engines, palette
from backprop_nb.ways.expressions import (
    copy_out,
    dag,
    differentiate,
    evaluate,
    evaluate_all,
    gradient,
    name_parts,
    share,
    sizes,
    tree,
    tree_and_dag,
)

x, y = symbols("x y")
X, Y = sympy.symbols("x y")
PLACES = [
    {X: sympy.Rational(7, 5), Y: sympy.Rational(3, 4)},
    {X: sympy.Rational(1, 3), Y: sympy.Rational(9, 4)},
]

ROWS = {  # what SymPy calls what the table has
    **{name: getattr(sympy, name) for name in "exp log sqrt sin cos tan tanh sinh cosh".split()},
    "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan,
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    "neg": operator.neg, "pow": operator.pow, "square": lambda a: a**2,
    "log2": lambda a: sympy.log(a) / sympy.log(2), "log10": lambda a: sympy.log(a) / sympy.log(10),
    "log1p": lambda a: sympy.log(1 + a), "expm1": lambda a: sympy.exp(a) - 1,
    "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
}  # fmt: skip
UNARY = ["exp", "log", "sqrt", "sin", "cos", "tanh", "neg", "square"]
BINARY = ["add", "sub", "mul", "div"]
LEAVES = [(x, X), (y, Y), (2, sympy.Integer(2)), (0.5, sympy.Rational(1, 2)), (-4.0, sympy.Integer(-4))]


def build(name, *inner):
    """An operation on pairs of ours and SymPy's; ValueError for numbers alone, which would be rounded."""
    if not any(isinstance(ours, Symbol) for ours, _ in inner):
        raise ValueError
    return getattr(bp, name)(*(ours for ours, _ in inner)), ROWS[name](*(theirs for _, theirs in inner))


some_pair = st.recursive(
    st.sampled_from([LEAVES[0], *LEAVES]),
    lambda inner: st.one_of(
        st.builds(build, st.sampled_from(UNARY), inner),
        st.builds(build, st.sampled_from(BINARY), inner, inner),
        inner.map(lambda a: build("mul", a, a)),  # a part that is there twice
    ),
    max_leaves=8,
)


@st.composite
def pairs(draw):
    """An expression with an x in it, ours and SymPy's; no partial of it fails where only numbers stand."""
    try:
        ours, theirs = draw(some_pair)
        assume(isinstance(ours, Symbol) and theirs.has(X))
        values = [sympy.N(theirs.subs(place), 30) for place in PLACES]
    except (ArithmeticError, ValueError, TypeError):
        assume(False)
    assume(all(value.is_real and value.is_finite for value in values))
    return ours, theirs


def to_sympy(expression):
    """Our expression in SymPy's operations, by another table than ours."""
    if not isinstance(expression, Symbol):
        return exactly(expression)
    known = {}
    for v in operands_first(expression):
        operands = [
            known[a] if isinstance(a, Symbol) else exactly(a) for a in (v.parent1, v.parent2) if a is not None
        ]
        known[v] = ROWS[v.operation.name](*operands) if v.operation else sympy.Symbol(v.name)
    return known[expression]


def exactly(number):
    return sympy.nsimplify(number) if number in (math.log(2), math.log(10)) else sympy.Rational(number)


def same(ours, theirs):
    """Whether two expressions have the same value to 20 digits, where they have one."""
    for place in PLACES:
        a, b = (sympy.N(sympy.sympify(e).subs(place), 40, maxn=2000) for e in (ours, theirs))
        if b.is_finite and abs(a - b) > 1e-20 * max(1, abs(b)):
            return False
    return True


# Against SymPy


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_a_derivative_is_the_one_that_sympy_finds_in_every_form(pair):
    ours, theirs = pair
    wanted = sympy.diff(theirs, X)
    found = differentiate(ours, x)
    naive = differentiate(ours, "x", naive=True)
    for form in (
        found,
        naive,
        share(found),
        share(naive),
        gradient(ours)["x"],
        gradient(ours, naive=True)["x"],
    ):
        assert same(to_sympy(form), wanted), str(form)
    if theirs.has(Y):
        assert same(to_sympy(gradient(ours)["y"]), sympy.diff(theirs, Y))


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_values_and_latex_of_a_derivative_mean_what_it_means(pair):
    found = differentiate(pair[0], x)
    wanted = to_sympy(found)
    for latex in (getattr(found, "latex", str(found)), name_parts(found, latex=True)):
        assert same(read_latex(latex, sympy, sympy.Rational, x=X, y=Y), wanted), latex
    for place in PLACES:
        try:
            value = evaluate(share(found), x=float(place[X]), y=float(place[Y]))
        except (ArithmeticError, ValueError):
            continue  # SymPy goes through complex numbers where a float has no value on the way
        assert value == pytest.approx(float(sympy.N(wanted.subs(place), 30)), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_row_that_sympy_knows_is_differentiated_as_sympy_does(name):
    inner = [(x / 2, X / 2), (y, Y)][: len(bp.Primitive.table[name].partials)]
    ours, theirs = build(name, *inner)
    for symbol, other in ((x, X), (y, Y))[: len(inner)]:
        assert same(to_sympy(differentiate(ours, symbol)), sympy.diff(theirs, other))


@every_row
@pytest.mark.parametrize("point", [(0.5, 0.25), (1.5, 2.75)])
def test_each_row_of_the_table_has_on_symbols_the_derivatives_that_the_sweep_finds(row, point):
    point = point[: len(row.partials)]
    if not all(domain.low < value < domain.high for domain, value in zip(row.domain, point, strict=True)):
        pytest.skip("outside the domain of this row")
    nodes = [Scalar(value) for value in point]
    row(*nodes).backward()
    found = gradient(row(x, y) if len(point) == 2 else row(x), naive=True)
    for name, node in zip("xy", nodes, strict=False):
        values = dict(zip("xy", point, strict=False))
        assert evaluate(found[name], **values) == pytest.approx(node.gradient, rel=1e-12)


def test_a_constant_an_unknown_name_and_a_number_have_the_derivative_0():
    assert differentiate(x * 2, "z") == differentiate(3.0, x) == differentiate(y + 1, x, naive=True) == 0.0
    assert differentiate(x, x) == 1.0
    assert gradient(x) == {"x": 1.0}


def test_symbols_are_the_same_where_their_names_are():
    assert str(differentiate(Symbol("x") * Symbol("x"), Symbol("x"))) == "x + x"
    assert str(gradient(Symbol("x") * Symbol("x"))["x"]) == "x + x"


# How it is written


@pytest.mark.parametrize(
    ("expression", "light", "naive"),
    [
        (x + 3, "1", "1"),
        (3 * x, "3", "3 × 1"),
        (x * x, "x + x", "x × 1 + x × 1"),
        (1 - x, "-1", "-1"),
        (y - bp.sin(x), "-cos(x)", "-(cos(x) × 1)"),
        (bp.cos(-x), "sin(-x)", "-sin(-x) × (-1)"),
        (x - bp.cos(x), "1 + sin(x)", "1 - (-sin(x) × 1)"),
        (bp.sin(bp.exp(x)), "cos(exp(x)) × exp(x)", "cos(exp(x)) × (exp(x) × 1)"),
        (4 * x * (1 - x), "(1 - x) × 4 - 4 × x", "(1 - x) × (4 × 1) + 4 × x × (-1)"),
        (x // 2, "0", "0 × 1"),
    ],
)
def test_the_textbook_rules_and_what_is_left_out_of_them(expression, light, naive):
    for found, text in (
        (differentiate(expression, x), light),
        (differentiate(expression, x, naive=True), naive),
    ):
        assert (str(found) if isinstance(found, Symbol) else f"{found:g}") == text


def test_parts_that_occur_more_than_once_are_named():
    e = bp.exp(x)
    naive = differentiate(bp.sin(e), x, naive=True)
    assert name_parts(naive) == "cos(s1) × (s1 × 1) where s1 = exp(x)"
    assert name_parts(naive, latex=True) == (
        r"\cos\left(s_{1}\right) s_{1} \cdot 1\quad\text{where } s_{1} = e^{x}"
    )
    assert name_parts(x + 1) == "x + 1"
    assert (name_parts(2.5), name_parts(2.5, latex=True)) == ("2.5", "2.5")
    assert name_parts(deep(bp.sin, 20_000)) == str(deep(bp.sin, 20_000))  # too long: cut, and it says so


# Sizes


def logistic(depth, a=x):
    for _ in range(depth):
        a = 4 * a * (1 - a)
    return a


def nested(depth):
    """The same as nested tuples, without any sharing."""
    return "x" if depth == 0 else ("*", ("*", 4, nested(depth - 1)), ("-", 1, nested(depth - 1)))


def slope_of(a):
    """The rules once more, on tuples: (uv)′ = vu′ + uv′, (cu)′ = cu′, (c − u)′ = −u′, x′ = 1."""
    if a == "x":
        return 1
    sign, u, v = a
    if sign == "-":
        return ("neg", slope_of(v))
    return ("*", u, slope_of(v)) if u == 4 else ("+", ("*", v, slope_of(u)), ("*", u, slope_of(v)))


def count(a):
    return 1 + sum(map(count, a[1:])) if isinstance(a, tuple) else 1


def distinct(a):
    return {a}.union(*map(distinct, a[1:])) if isinstance(a, tuple) else {a}


@pytest.mark.parametrize(("depth", "nodes"), [*enumerate([14, 52, 152, 400, 992, 2368], 1)])
def test_the_derivative_of_the_logistic_map_swells_as_the_claim_says(depth, nodes):
    """Claim N08, and N10: the same sizes after copies are merged."""
    derivative = differentiate(logistic(depth), x, naive=True)
    assert sizes(derivative).tree == nodes == count(slope_of(nested(depth)))
    assert sizes(derivative).dag == sizes(share(derivative)).dag == 8 * depth + 2
    assert len(distinct(slope_of(nested(depth)))) == 8 * depth + 2
    assert sizes(share(derivative)).tree == nodes


@pytest.mark.parametrize("factors", [1, 2, 5, 9])
def test_a_product_swells_with_the_square_of_its_factors_and_its_graph_in_proportion(factors):
    derivative = differentiate(math.prod((x + k for k in range(1, factors + 1)), start=1), x, naive=True)
    # Each step wraps u in u × (x + k): 4 nodes more for u, and u′ becomes (x + k) × u′ + u × 1.
    value, slope = 3, 1
    for _ in range(factors - 1):
        value, slope = value + 4, 1 + (1 + 3 + slope) + (1 + value + 1)
    assert sizes(derivative).tree == slope
    assert sizes(derivative).dag <= 6 * factors + 3


def test_operations_are_those_that_evaluating_computes():
    """Counted by nodes that remember how they came about."""
    for depth in (1, 3, 5):
        naive = differentiate(logistic(depth), x, naive=True)
        for form in (naive, share(naive), differentiate(logistic(depth), x)):
            nodes = operands_first(evaluate(form, x=Scalar(0.3)))
            assert sum(v.operation is not None for v in nodes) + folded(form) == sizes(form).operations
        assert sizes(naive).operations > sizes(share(naive)).operations or depth == 1


def folded(expression):
    """Operations on numbers alone, such as 4 × 1, of which nothing remains."""
    return sum(
        v.operation is not None and not any(isinstance(a, Symbol) for a in (v.parent1, v.parent2))
        for v in operands_first(expression)
    )


def test_trees_of_any_size_are_counted_and_too_large_ones_are_not_written():
    huge = x
    for _ in range(1000):
        huge = huge + huge
    assert sizes(huge) == (2**1001 - 1, 1001, 1000)
    with pytest.raises(ValueError, match=r"about 10\^301 nodes, over the limit of 200,000"):
        copy_out(huge)
    with pytest.raises(ValueError, match="over the limit of 100"):
        copy_out(logistic(5), most=100)


# Sharing


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_sharing_changes_nothing_that_is_written_and_leaves_no_copy(pair):
    ours = differentiate(pair[0], x, naive=True)
    assume(isinstance(ours, Symbol))
    shared = share(ours)
    assert str(shared) == str(ours)
    assert sizes(shared)[:2] == sizes(ours)[:2]
    written = [str(v) for v in operands_first(shared)]
    assert len(set(written)) == len(written), "what is written alike is one node"
    assert sizes(copy_out(shared)) == sizes(ours)
    assert sizes(share(shared)) == sizes(shared)


def test_what_is_alike_is_decided_by_what_is_written():
    assert sizes(share((x * y) + (y * x))).operations == 3
    assert sizes(share((x + 1) * (x + 1.0))).operations == 2
    assert sizes(share(bp.maximum(x, 0.0) + bp.maximum(x, -0.0))).operations == 3
    assert share(2.0) == 2.0 == copy_out(2.0)
    assert sizes(3.0) == (1, 1, 0)


# What remains is the reverse sweep


def one_step(a):
    return bp.sin(a) * a + bp.exp(a)


@pytest.mark.parametrize("step", [lambda a: 4 * a * (1 - a), one_step, bp.tanh, lambda a: a * a * a])
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_each_line_of_a_recorded_sweep_is_a_node_of_the_shared_derivative(step, depth):
    """Written out and shared again, the derivative is the sweep, node for node."""

    def f(a):
        return deep(step, depth, a)

    swept = gradient(f(x), naive=True)["x"]
    shared = share(copy_out(swept))
    assert sizes(shared) == sizes(share(swept))
    values = [1.0, *evaluate_all(shared, x=0.1).values()]
    for line in bp.record(f, 0.1).steps:
        for wanted in (line.contribution, line.after):
            assert any(math.isclose(wanted, value, rel_tol=1e-9) for value in values), line.text


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_the_shared_derivative_has_the_operations_of_run_and_sweep_and_no_others(depth):
    run = bp.record(lambda a: logistic(depth, a), 0.3)
    forward = sum(not row.is_input for row in run.rows) - 1  # the last one is not needed backwards
    handed_on = len(run.steps) - 1
    added = sum(not line.first for line in run.steps)
    for derivative in (
        gradient(logistic(depth), naive=True)["x"],
        differentiate(logistic(depth), x, naive=True),
    ):
        assert sizes(share(derivative)).operations == forward + handed_on + added


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_for_one_input_the_textbook_order_shares_to_as_many_nodes(depth):
    forward = share(differentiate(logistic(depth), x, naive=True))
    backward = share(gradient(logistic(depth), naive=True)["x"])
    assert sizes(forward).dag == sizes(backward).dag == 8 * depth + 2


def test_one_sweep_has_the_derivatives_of_all_inputs():
    names = symbols(" ".join(f"x{i}" for i in range(1, 31)))
    product = math.prod(names[1:], start=names[0])
    found = gradient(product)
    assert list(found) == [v.name for v in names]
    values = {v.name: 1 + i / 10 for i, v in enumerate(names)}
    whole = math.prod(values.values())
    for name, slope in found.items():
        assert evaluate(slope, **values) == pytest.approx(whole / values[name])
    apart = [sizes(share(differentiate(product, v))).operations for v in names]
    together = set(itertools.chain.from_iterable(operands_first(v) for v in found.values()))
    assert sum(v.operation is not None for v in together) <= 3 * len(names) < sum(apart) / 2


# Depth, and errors


def deep(step, times, a=x):
    for _ in range(times):
        a = step(a)
    return a


def test_depth_is_no_trouble():
    long = deep(bp.sin, 20_000)
    found = share(differentiate(long, x))
    assert sizes(found).dag == 59_999
    assert sizes(found).tree == sum(range(20_000)) + 59_999 + 19_999 or sizes(found).tree > 10**8
    assert evaluate(found, x=0.5) == pytest.approx(evaluate(gradient(long)["x"], x=0.5))
    with pytest.raises(ValueError, match="over the limit"):
        differentiate(long, x, naive=True)


def test_errors_say_what_was_asked_and_what_to_try():
    with pytest.raises(TypeError, match="with respect to one symbol, such as x; received 3"):
        differentiate(x * x, 3)
    for f in (differentiate, lambda e, _: gradient(e), lambda e, _: evaluate(e, x=1.0)):
        with pytest.raises(TypeError, match="x > 0 is a comparison"):
            f((x > 0) * x, x)
    with pytest.raises(ValueError, match=r"y has no value: give evaluate\(…, y=…\)"):
        evaluate(x * y, x=2.0)
    with pytest.raises(ValueError, match=r"log\(-1\).*above 0"):
        evaluate(bp.log(x), x=-1.0)
    with pytest.raises(ValueError, match="no derivative there: operand 1 must be above 0"):
        differentiate((-2.0) ** x, x)


def test_a_function_with_an_if_stops_on_symbols_and_runs_on_scalars():
    """Claim N11."""

    def f(a):
        return a * a if a > 0 else -a

    with pytest.raises(TypeError, match=r"whether x > 0 holds is not known.*no part of the expression"):
        f(x)
    for value, slope in ((3.0, 6.0), (-3.0, -1.0)):
        a = Scalar(value)
        f(a).backward()
        assert a.gradient == slope


# Pictures


def groups(picture, kind):
    return [g for g in ElementTree.fromstring(picture.svg).iter() if kind in (g.get("class") or "").split()]


def signs(picture):
    texts = (list(g.itertext()) for g in groups(picture, "bp-node"))
    return sorted(own[0] for own in texts)


def test_tree_and_graph_are_drawn_with_what_is_there_twice_marked():
    """Claim N09."""
    derivative = differentiate(bp.sin(bp.exp(x)), x)
    assert signs(tree(derivative)) == ["cos", "exp", "exp", "x", "x", "×"]
    assert signs(dag(derivative)) == ["cos", "exp", "x", "×"]
    for picture, marked in ((tree(derivative), 2), (dag(derivative), 1)):
        assert [list(g.itertext()) for g in groups(picture, "bp-repeated")] == [["exp", "s1"]] * marked
        fills = [box.get("fill").upper() for box in groups(picture, "bp-box")]
        assert fills.count(palette.REPEATED) == marked == len(fills) - fills.count(palette.NODE)
    assert len(groups(tree(derivative), "bp-edge")) == 5
    assert len(groups(dag(derivative), "bp-edge")) == 4


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_picture_has_as_many_nodes_as_are_counted(depth):
    derivative = differentiate(logistic(depth), x, naive=True)
    assert len(groups(tree(derivative), "bp-node")) == sizes(derivative).tree
    assert len(groups(dag(derivative), "bp-node")) == sizes(derivative).dag
    assert f"tree of {sizes(derivative).tree} nodes" in tree(derivative).svg


def test_pictures_stand_side_by_side_and_are_complete_as_text():
    both = tree_and_dag(differentiate(bp.sin(bp.exp(x)), x))
    bundle = both._repr_mimebundle_()
    assert bundle["text/html"].count("<img") == 2
    assert (
        bundle["text/plain"]
        == repr(both)
        == (
            "tree of 6 nodes: cos(exp(x)) × exp(x)\nmarked: s1 = exp(x)\n"
            "graph of 4 nodes: cos(s1) × s1 where s1 = exp(x)"
        )
    )


def test_a_picture_that_would_show_nothing_is_refused_in_words():
    large = differentiate(logistic(5), x, naive=True)
    assert "Not drawn: 992 nodes, and more than 400 show nothing." in repr(tree(large))
    with pytest.raises(ValueError, match="Not drawn: 992 nodes"):
        _ = tree(large).svg
    bundle = tree_and_dag(large)._repr_mimebundle_()
    assert bundle["text/html"].count("<img") == 1
    assert "Not drawn: 992" in bundle["text/html"]
    assert tree(large, limit=1000).size == 992


def test_without_a_drawing_program_the_text_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(graphviz_engines, "engines", list)
    bundle = tree_and_dag(x * x)._repr_mimebundle_()
    assert "<img" not in bundle["text/html"]
    assert "<pre>tree of 3 nodes: x × x" in bundle["text/html"]
    assert "tree of 3 nodes: x × x" in bundle["text/plain"]
    assert "pip install graphviz-pure" in bundle["text/plain"]


def test_a_name_that_looks_like_markup_is_text_in_pictures():
    nasty = Symbol("<b>&\"'")
    svg = tree(nasty * nasty).svg
    assert "<b>" not in svg
    assert "<b>&\"'" in "".join(ElementTree.fromstring(svg).itertext())


@pytest.mark.parametrize(
    "expression", [2.5, x, bp.abs(x), bp.maximum(x, y), x**y, x % 2, x // 2, bp.softplus(x)]
)
def test_anything_can_be_drawn(expression):
    assert len(groups(dag(expression), "bp-node")) == sizes(expression).dag
