"""A run in the words of PyTorch and of JAX: one line of source a row, made of the tables' own names."""

import math
from typing import NamedTuple

from ..core.primitives import Binary, Primitive
from ..drawing.notation import TEXT
from .drafts import input_names

__all__ = ["to_jax", "to_pytorch"]

WRITTEN_OUT = 1000  # numbers of a constant or an index that are written out


def to_pytorch(run):
    """The run as a function of PyTorch's tensors: a text, to read and to run.

    run:     Record; what it decided by values (branches, comparisons, labels, indices) stays as it was
    returns: str
    raises:  ValueError for an operation without a plain word there, or a constant of over 1,000 numbers: it
             names the row

    >>> from backprop_nb import record, sin
    >>> print(to_pytorch(record(lambda x1, x2: x1 * x2 - sin(x2), 2, 5)))
    import torch
    <BLANKLINE>
    <BLANKLINE>
    def f(x1, x2):
        v1 = x1 * x2
        v2 = torch.sin(x2)
        v3 = v1 - v2
        return v3
    """
    return write_bridge(run, TORCH)


def to_jax(run):
    """The run as a function of JAX's arrays, for ``jax.grad``; everything else as for ``to_pytorch``.

    >>> from backprop_nb import record, sin
    >>> print(to_jax(record(lambda x1, x2: x1 * x2 - sin(x2), 2, 5)).splitlines()[-3])
        v2 = jnp.sin(x2)
    """
    return write_bridge(run, JAX)


def write_bridge(run, library):
    """The source: imports, the inputs by their names, a line for each operation, the result."""
    names = name_rows(run)
    rows = [row for row in run.rows if not row.is_input]
    lines = [f"{names[row.index]} = {write_right_side(row, names, library)}" for row in rows]
    head = f"def f({', '.join(names[row.index] for row in run.inputs)}):"
    body = [f"    {line}" for line in (*lines, f"return {names[run.output]}")]
    return "\n".join([*library.imports, "", "", head, *body])


def name_rows(run):
    """{index: name}: v1 for a result, for an input the learner's own name, as ``emit`` writes it."""
    names = {row.index: f"v{int(row.index)}" for row in run.rows if not row.is_input}
    inputs = zip(run.inputs, input_names([row.label for row in run.inputs]), strict=True)
    return names | {row.index: name for row, name in inputs}


class Library(NamedTuple):
    """How a library is written.

    imports: lines of source
    module:  where its functions are
    words:   what the templates call things: "axis" and "keep"
    table:   operation → template, or function of a row, its operands and its options; in templates {0} is an
             operand, {all} all of them, {a[0]} an option
    array:   function: nested lists as text, name of the type → a constant array
    """

    imports: list
    module: str
    words: dict
    table: dict
    array: object


def write_right_side(row, names, library):
    """The right side of a row's line."""
    a, how = Options(row, library), library.table.get(row.operation) or by_name(row, library)
    if row.operation == "constant":
        return write_constant(row.value, row, library)
    if how is None:
        known = library.imports[0].split()[1]
        raise ValueError(
            f"{row.definition}: {known} has no plain word for {row.operation!r}; write this step of f with "
            "other operations"
        )
    strict = isinstance(how, str) and library is TORCH and how[0] not in "{-"  # its functions take no numbers
    operands = [protect(write_constant(x.value, row, library, strict)) if x.index is None else names[x.index]
                for x in row.operands]  # fmt: skip
    if callable(how):
        return how(row, operands, a)
    return how.format(*operands, all=", ".join(operands), a=a, m=library.module, **library.words)


def by_name(row, library):
    """The template of an elementwise row that the library has under NumPy's name, as its row says it."""
    known = Primitive.table.get(row.operation) if row.operation in Primitive.built_in else None
    if known is None or not isinstance(known.array, str):
        return None
    return f"{library.module}.{known.array}(" + ("{0}, {1})" if isinstance(known, Binary) else "{0})")


class Options:
    """A row's options as text, each written only where a template asks for it."""

    def __init__(self, row, library):
        self.row, self.library = row, library

    def __getitem__(self, place):
        return write_constant(self.row.options[place], self.row, self.library)


def write_constant(x, row, library, strict=False):
    """A number, an array, an index or a type as source; ``strict``: a number as an array, too."""
    if hasattr(x, "shape") and (x.shape or strict):
        if not hasattr(x, "tolist") or x.size > WRITTEN_OUT:
            raise ValueError(
                f"{row.definition}: a constant or an index of {math.prod(x.shape):,} numbers is too long to "
                f"be written out ({WRITTEN_OUT:,} are the most): make it an argument, or take fewer examples"
            )
        text = library.array(write_list(x.tolist()), x.dtype.name)
        return text if x.size else f"{text}.reshape({x.shape})"
    if hasattr(x, "kind") and hasattr(x, "itemsize"):
        return f"{library.module}.{x.name}"
    x = x.item() if hasattr(x, "item") else x
    if isinstance(x, (list, tuple)):
        parts = [write_constant(item, row, library) for item in x]
        return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
    text = write_list(x)
    return library.array(text, "bool" if isinstance(x, bool) else "float64") if strict else text


def protect(text):
    """A constant as an operand: a negative one in parentheses."""
    return f"({text})" if text.startswith("-") else text


def write_list(x):
    """Nested lists of numbers as source."""
    if isinstance(x, list):
        return f"[{', '.join(map(write_list, x))}]"
    return repr(x) if not isinstance(x, float) or math.isfinite(x) else f'float("{x}")'


def picked(row, operands, a):
    """x[1:3, None]; where arrays pick, or a step goes backwards, the places among all elements."""
    from ..runs.array_formulas import write_index

    index, places, shape, *_ = row.options
    if index is not None:
        if a.library is JAX or not any(isinstance(i, slice) and (i.step or 1) < 0 for i in index):
            return operands[0] + (write_index(index, TEXT) if index else "[()]")
        places = places_of(shape)[index]
    return f"{operands[0]}.reshape(-1)[{write_constant(places, row, a.library, strict=True)}]"


def places_of(shape):
    """The place of each element, row by row."""
    import numpy as np

    return np.arange(math.prod(shape)).reshape(shape)


def reduce(template, whole=None):
    """A reduction: ``whole`` where it goes over all axes and leaves none."""

    def write(row, operands, a):
        axes, keep, shape, *_ = row.options
        if not axes and shape:
            raise ValueError(f"{row.definition}: no axis is reduced, which PyTorch takes for all of them")
        how = whole if whole and not keep and len(axes) == len(shape) else template
        return how.format(*operands, a=a, m=a.library.module, **a.library.words)

    return write


def by_mask(row, operands, a):
    """Where a mask, as it was, holds the first, else the second."""
    mask = write_constant(row.options[0], row, a.library, strict=True)
    return f"{a.library.module}.where({mask}, {', '.join(operands)})"


def each_axis(row, operands, a):
    """PyTorch's product, one axis after the other, from the front."""
    axes, keep = row.options[:2]
    return operands[0] + "".join(f".prod({axis}, keepdim={keep})" for axis in sorted(axes))


def with_margins(row, operands, a):
    """PyTorch's margins: the last axis first, all in one line."""
    width = tuple(n for pair in row.options[0][::-1] for n in pair)
    return f"torch.nn.functional.pad({operands[0]}, {width}, value={a[1]})"


def by_letters(row, operands, a):
    """A sum of products by letters, as many as the operands have axes."""
    inputs, output = row.options[:2]
    return f'{a.library.module}.einsum("{",".join(inputs)}->{output}", {", ".join(operands)})'


def solve(row, operands, a):
    """A linear system: a vector becomes a column, a matrix keeps its axes beside a stack."""
    x, y = operands
    if row.options[0]:
        return f"{a.library.module}.linalg.solve({x}, {y}[..., None])[..., 0]"
    more = row.operands[0].value.ndim - row.operands[1].value.ndim
    return f"{a.library.module}.linalg.solve({x}, {y}{'[None]' * more})"


def shares_along(row, operands, a):
    """PyTorch's softmax goes along one axis."""
    if isinstance(row.options[0], int):
        return f"torch.softmax({operands[0]}, dim={row.options[0]})"
    return f"torch.exp({operands[0]} - torch.logsumexp({operands[0]}, dim={a[0]}, keepdim=True))"


def in_line(template):
    """A sort; of all elements in one line where the run had it so."""
    return lambda row, operands, a: template.format(
        operands[0] + ".reshape(-1)" * (row.options[1].ndim < row.operands[0].value.ndim), a=a)


def offset(place, template):
    """A template whose option {k} is 0 where the row has None."""
    return lambda row, operands, a: template.format(*operands, k=row.options[place] or 0, m=a.library.module)


FLOAT64 = 'jax.config.update("jax_enable_x64", True)  # as it was recorded'
AXES = "({0}, {axis}={a[0]}, {keep}={a[1]})"
INTO_SHAPE = "{m}.reshape({0}, {a[0]})"
BOTH = {
    "_alias": "{0}",
    "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}", "div": "{0} / {1}", "neg": "-{0}",
    "pow": "{0} ** {1}", "mod": "{0} % {1}", "abs": "{m}.abs({0})", "sinc": "{m}.sinc({0})",
    "reciprocal": "{m}.reciprocal({0})",
    "where": by_mask, "matmul": "{0} @ {1}", "outer": "{m}.outer({0}, {1})",
    "inv": "{m}.linalg.inv({0})", "det": "{m}.linalg.det({0})", "logabsdet": "{m}.linalg.slogdet({0})[1]",
    "solve": solve, "einsum": by_letters, "concatenate": "{m}.concatenate([{all}], {axis}={a[0]})",
    "stack": "{m}.stack([{all}], {axis}={a[0]})",
    **dict.fromkeys("getitem take flip roll rot90 repeat tile diagonal take_along_axis".split(), picked),
    "tril": offset(1, "{m}.tril({0}, {k})"), "triu": offset(1, "{m}.triu({0}, {k})"),
    "sum": reduce("{m}.sum" + AXES, "{m}.sum({0})"), "mean": reduce("{m}.mean" + AXES, "{m}.mean({0})"),
    "cumsum": "{m}.cumsum({0}, {axis}={a[0]})", "cumprod": "{m}.cumprod({0}, {axis}={a[0]})",
    **dict.fromkeys("reshape ravel expand_dims squeeze".split(), INTO_SHAPE),
    "broadcast_to": "{m}.broadcast_to({0}, {a[0]})",
}  # fmt: skip
TORCH = Library(["import torch"], "torch", {"axis": "dim", "keep": "keepdim"}, BOTH | {
    "sigmoid": "torch.sigmoid({0})", "softplus": "torch.logaddexp({0}, torch.zeros_like({0}))",
    "relu": "torch.relu({0})",
    **{name: f"torch.nn.functional.{name}({{0}})" for name in ("gelu", "silu")},
    "step": "torch.sign(torch.relu({0}))", "cbrt": "torch.sign({0}) * torch.abs({0}) ** (1 / 3)",
    "heaviside": "torch.where({0} == 0, {1}, torch.sign(torch.relu({0})))",
    "degrees": "torch.rad2deg({0})", "radians": "torch.deg2rad({0})", "rint": "torch.round({0})",
    "floordiv": "torch.floor_divide({0}.detach(), {1}.detach())",
    "clip": "torch.clamp({0}, {a[0]}, {a[1]})", "pad": with_margins,
    "trace": offset(1, "torch.diagonal({0}, {k}, -2, -1).sum(-1)"),
    "sort": in_line("torch.sort({0}, dim={a[3]}).values"),
    "var": reduce("torch.var({0}, dim={a[0]}, correction={a[3]}, keepdim={a[1]})"),
    "std": reduce("torch.std({0}, dim={a[0]}, correction={a[3]}, keepdim={a[1]})"),
    **{name: reduce(f"torch.a{name}{AXES}", f"torch.{name}({{0}})") for name in ("max", "min")},
    "prod": each_axis, "norm": reduce("torch.linalg.vector_norm" + AXES, "torch.linalg.vector_norm({0})"),
    **dict.fromkeys("transpose swapaxes moveaxis".split(), "torch.permute({0}, {a[0]})"),
    "_astype": "{0}.to({a[0]})", "logsumexp": reduce("torch.logsumexp" + AXES), "softmax": shares_along,
    "softmax_cross_entropy": "torch.nn.functional.cross_entropy({0}.reshape(-1, {0}.shape[-1]), {a[2]})",
}, lambda text, kind: f"torch.tensor({text}, dtype=torch.{kind})")  # fmt: skip
JAX_IMPORTS = ["import jax", "import jax.numpy as jnp", "", FLOAT64]
JAX = Library(JAX_IMPORTS, "jnp", {"axis": "axis", "keep": "keepdims"}, BOTH | {
    **{name: f"jax.nn.{name}({{0}})" for name in "sigmoid softplus relu silu softmax".split()},
    "gelu": "jax.nn.gelu({0}, approximate=False)", "step": "jnp.heaviside({0}, 0.0)",
    "erf": "jax.scipy.special.erf({0})", "erfc": "jax.scipy.special.erfc({0})",
    "clip": "jnp.clip({0}, {a[0]}, {a[1]})", "pad": "jnp.pad({0}, {a[0]}, constant_values={a[1]})",
    "trace": offset(1, "jnp.trace({0}, {k}, axis1=-2, axis2=-1)"),
    "sort": in_line("jnp.sort({0}, axis={a[3]})"),
    "var": reduce("jnp.var({0}, axis={a[0]}, ddof={a[3]}, keepdims={a[1]})"),
    "std": reduce("jnp.std({0}, axis={a[0]}, ddof={a[3]}, keepdims={a[1]})"),
    **{name: reduce(f"jnp.{name}" + AXES, f"jnp.{name}({{0}})") for name in ("max", "min", "prod")},
    "norm": reduce("jnp.sqrt(jnp.sum(jnp.square({0}), axis={a[0]}, keepdims={a[1]}))"),
    **dict.fromkeys("transpose swapaxes moveaxis".split(), "jnp.transpose({0}, {a[0]})"),
    "_astype": "{0}.astype({a[0]})", "logsumexp": reduce("jax.nn.logsumexp" + AXES),
    "softmax": "jax.nn.softmax({0}, axis={a[0]})",
    "softmax_cross_entropy": "-jnp.mean(jnp.take_along_axis(jax.nn.log_softmax("
                             "{0}.reshape(-1, {0}.shape[-1])), {a[2]}[:, None], axis=1))",
}, lambda text, kind: f"jnp.array({text}, dtype=jnp.{kind})")  # fmt: skip
