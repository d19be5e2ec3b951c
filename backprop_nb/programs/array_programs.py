"""Programs on arrays, in NumPy's own calls: each row's rule, run on names, writes its lines."""

import re

import numpy as np

from ..arrays.elementwise import BITS, kept_by
from ..arrays.pullback import fold
from ..arrays.structural import Gathering
from ..arrays.structural.filling import fill
from ..arrays.structural.picking import put_at
from ..arrays.structural.row import lead
from ..runs.tracing import one_result, place_nodes
from .array_following import FollowedTensor, WholeNumbers
from .array_spelling import ArrayCode, Pencil, line_writer
from .drafts import Draft, Statement, constant_text, input_names, rename
from .number_programs import guards_by_place
from .spelling import helpers_in

__all__ = ["draft_arrays"]

TEMPORARY = re.compile(r"t\d+")


def draft_arrays(run, wanted, in_order=False, jacobian=False):
    """The program of a run on arrays: forward, then backward.

    wanted:   the leaves that get a gradient
    in_order: of evaluation, as a graph of Tensors is swept; else by level, as ``record`` numbers its rows
    jacobian: whether the way back takes a stack of cotangents, one for each element of the result
    """
    writing = Writing(run, in_order, jacobian)
    writing.write_forward()
    return writing.draft(writing.write_backward(wanted))


class Writing:
    """A run on arrays on its way to a Draft.

    codes: {node: ArrayCode}; beside: {node: what its way back needs besides operands and result}
    stack: how many axes stand in front of a cotangent's own
    """

    def __init__(self, run, in_order, jacobian):
        self.run, self.pencil, self.codes, self.beside = run, Pencil(), {}, {}
        self.stack = int(jacobian and type(run.out) is FollowedTensor and run.out.ndim > 0)
        self.out = run.out if self.stack else one_result(run.out, run.title)
        floats = {v: label for v, label in run.leaves.items() if type(v) is FollowedTensor}
        ends = [self.out, *(v for guard in run.guards for v in (guard.x, guard.y))]
        nodes = ancestors_of([v for v in ends if type(v) is FollowedTensor])
        labels, index, _ = place_nodes(nodes, floats, operands_of_tensor)
        every = run.leaves | {v: labels[v] for v in labels if v not in run.leaves}
        self.names = dict(zip(every, input_names(list(every.values())), strict=True))
        results = [v for v in index if v.operation is not None]
        if in_order:
            results.sort(key=lambda v: v.born)
        self.results = results
        self.names |= {v: f"v{i}" for i, v in enumerate(results, 1)}
        self.inputs = [self.names[v] for v in run.leaves]
        self.names |= {v: self.pencil.constant(v.held) for v in every if v not in run.leaves}
        for v in every:
            self.codes[v] = self.pencil.code(self.names[v], v.held)
            if type(v) is FollowedTensor and not v.ndim:  # a float has no methods
                self.codes[v] = self.pencil.write(f"np.{v.dtype.name}({self.names[v]})", v.held)

    def write_forward(self):
        """A line or more for each operation."""
        texts = self.names | {v: code.text for v, code in self.codes.items()}
        checks = guards_by_place(self.run.guards, texts, self.results)
        self.pencil.statements += checks.get(None, [])
        for v in self.results:
            operands = [self.operand(x) for x in v.operands]
            writer = VALUES_IN_LINES.get(v.operation.name, compute_row)
            self.codes[v] = self.give_name(writer(self, v, operands), self.names[v])
            self.pencil.statements += checks.get(v, [])

    def operand(self, x):
        """An operand as a rule of the table reads it."""
        return self.codes[x] if type(x) is FollowedTensor else x

    def give_name(self, code, name):
        """Call the latest value by the name that a reader expects."""
        if not isinstance(code, ArrayCode):  # a rule gave an array that depends on shapes alone
            code = self.pencil.code(self.pencil.constant(np.asarray(code)), code)
        statements, facts = self.pencil.statements, self.pencil.facts
        last = statements[-1] if statements else None
        if last and TEMPORARY.fullmatch(last.target) and code.text == last.target and code.text not in name:
            statements[-1] = last._replace(target=name)
            fact = facts.pop(last.target)
            facts[name] = fact._replace(owner=name if fact.owner == last.target else fact.owner)
        else:
            alias = self.pencil.write(code.text, code.held, code)
            return self.give_name(alias, name)
        return ArrayCode(self.pencil, name, code.held)

    def write_backward(self, leaves):
        """The sweep: {leaf: code of its adjoint}."""
        pencil, flows = self.pencil, {}
        pencil.back = True
        if type(self.out) is FollowedTensor:
            flows[self.out] = [self.seed()]
        useful = towards_leaves(self.results, leaves)
        for v in reversed(self.results):
            if v not in flows:
                continue
            g = self.whole(v, flows.pop(v))
            operands = [self.operand(x) for x in v.operands]
            for i, x in enumerate(v.operands):
                if type(x) is FollowedTensor and x in useful:
                    flow = self.flow(v, i, g, operands)
                    if flow is not None:
                        flows.setdefault(x, []).append(flow)
                        if len(flows[x]) == 2:
                            flows[x] = [pencil.write(f"{flows[x][0].text} + {flow.text}",
                                                     flows[x][0].held + flow.held, *flows[x])]  # fmt: skip
        return {v: self.whole(v, flows[v]) if v in flows else None for v in leaves}

    def seed(self):
        """The adjoint of the result: 1, or for a Jacobian a stack with a 1 for each element in turn."""
        out, shape, pencil = self.out, self.out.shape, self.pencil
        if self.stack:
            every = np.eye(out.size, dtype=out.dtype).reshape(out.size, *shape)
            return pencil.code(pencil.constant(every), every)
        one = f"np.ones({shape}, np.{out.dtype.name})" if shape else f"np.{out.dtype.name}(1.0)"
        return pencil.write(one, np.ones(shape, out.dtype)[()])

    def whole(self, v, flows):
        """The adjoint of a node under its name."""
        return self.give_name(flows[0], f"{self.names[v]}_bar")

    def flow(self, v, i, g, operands):
        """What flows to operand ``i`` of ``v``, summed over the axes along which it had been copied."""
        row, out = v.operation, self.codes[v]
        if row.elementwise:
            t = elementwise_flow_in_code(row, i, g, out, operands)
        elif row.name in VJPS_IN_LINES:
            t = VJPS_IN_LINES[row.name](self, v, i, g, operands)
        elif isinstance(row, Gathering):
            t = row.vjps[0](g, i, out, operands, *v.options)
        else:
            t = row.vjps[i](g, out, *operands, *v.options)
        wanted = v.operands[i].shape
        if t is not None and not isinstance(t, ArrayCode):
            t = self.pencil.code(self.pencil.constant(np.asarray(t)), t)
        if t is None or t.shape[self.stack :] == wanted:
            return t
        if not self.stack and t.ndim == 2 and t.shape[1:] == wanted:  # BLAS sums columns faster
            return multiply_matrices(self.pencil, np.ones(len(t.held), t.dtype), t)
        return fold(t, wanted, self.stack)

    def draft(self, bars):
        """The finished Draft: gradients are arrays of their own, in the type of their inputs."""
        pencil, used = self.pencil, {*self.inputs, *self.pencil.constants}
        gradients = [self.own_gradient(v, bar, used) for v, bar in bars.items()]
        value = self.value() if type(self.out) is FollowedTensor else constant_text(self.out)
        helpers = helpers_in(pencil.statements) | pencil.helpers
        parts = pencil.statements, value, gradients, helpers, pencil.constants, pencil.facts
        return settle_names(Draft(self.run.title, self.inputs, *parts))

    def own_gradient(self, v, bar, used):
        """The name of a gradient; ``used`` are the names whose memory others have, and now this one's."""
        pencil, shape = self.pencil, v.shape + self.out.shape if self.stack else v.shape
        if bar is None:
            bar = pencil.write(f"np.zeros({shape}, np.{v.dtype.name})", np.zeros(shape, v.dtype))
        elif self.stack:  # row = input, column = output
            bar = (bar if v.ndim == 1 else bar.reshape((self.out.size, v.size))).T
            bar = bar if bar.shape == shape else bar.reshape(shape)
            bar = pencil.write(f"np.array({bar.text}, np.{v.dtype.name})", np.array(bar.held, v.dtype))
        elif not v.ndim:
            bar = pencil.write(f"np.{v.dtype.name}({bar.text})", v.dtype.type(bar.held))
        elif bar.dtype != v.dtype:
            bar = pencil.write(f"{bar.text}.astype(np.{v.dtype.name})", bar.held.astype(v.dtype))
        elif pencil.facts[bar.name].owner in used or bar.held.base is not None:
            bar = pencil.write(f"np.array({bar.text})", np.array(bar.held))
        used.add(pencil.facts[bar.name].owner)
        return bar.text

    def value(self):
        """What is returned: a float, or a number of a narrower type."""
        out = self.codes[self.out]
        if out.ndim == 0 and out.dtype == np.float64:
            return f"float({out.text})"
        return self.pencil.write(f"{out.text}.copy()", out.held, out).text if out.ndim else out.text


def settle_names(draft):
    """The same program without ``v3 = t7``: a value has from the start the name that it gets in the end."""
    names, kept = {}, []
    for s in draft.statements:
        if s.target and TEMPORARY.fullmatch(s.text) and s.text not in names:
            names[s.text] = s.target
        else:
            kept.append(s)
    for name in names.values():
        del draft.facts[name]
    left = [s.target for s in kept if TEMPORARY.fullmatch(s.target) and s.target not in names]
    names |= {name: f"t{i}" for i, name in enumerate(left, 1)}
    draft.statements = kept
    return rename(draft, names)


def operands_of_tensor(v):
    """The operands of a node that are nodes themselves."""
    return [x for x in v.operands if type(x) is FollowedTensor]


def ancestors_of(ends):
    """Every node that led to some others, these among them, in the order of evaluation."""
    met, stack = dict.fromkeys(ends), list(ends)
    while stack:
        new = [x for x in operands_of_tensor(stack.pop()) if x not in met]
        met |= dict.fromkeys(new)
        stack += new
    return sorted(met, key=lambda v: v.born)


def towards_leaves(results, leaves):
    """The nodes from which a way leads back to one of the leaves."""
    useful = set(leaves)
    for v in sorted(results, key=lambda v: v.born):
        if any(x in useful for x in operands_of_tensor(v)):
            useful.add(v)
    return useful


def compute_row(writing, v, operands):
    """The value of a row, by the table's own function."""
    row = v.operation
    if row.elementwise:
        return line_writer(row)(*operands)
    return (
        row.compute(operands, *v.options)
        if isinstance(row, Gathering)
        else row.compute(*operands, *v.options)
    )


def elementwise_flow_in_code(row, i, g, out, operands):
    """g ⊙ partial; None where nothing flows."""
    partial = row.partials[i]
    if (taken := getattr(partial, "taken", None)) is not None:
        holds = taken(out, *operands)
        if g.ndim and isinstance(holds, ArrayCode) and holds.ndim and g.dtype.itemsize in BITS:
            return g.pencil.help(gate, "gate", g, holds)
        return np.where(holds, g, g.dtype.type(0))
    slope = partial(out, *operands)
    if isinstance(slope, (int, float)) and not isinstance(slope, bool):
        return g if slope == 1 else None if kept_by(row)[i][1] == 0 else -g if slope == -1 else g * slope
    return g * slope


def gate(g, holds, out=None):
    """g where it holds, 0 elsewhere, as ``through_mask`` has it."""
    bits = np.int64 if g.itemsize == 8 else f"i{g.itemsize}"
    if out is None:
        return np.multiply(g.view(bits), holds).view(g.dtype)
    np.multiply(g.view(bits), holds, out.view(bits))
    return out


def multiply_matrices(pencil, x, y):
    """x.dot(y), which takes a third less for what it asks than np.dot and np.matmul."""
    x = x if isinstance(x, ArrayCode) else pencil.code(pencil.constant(x), x)
    return x.dot(y)


def product_of_matrices(writing, v, operands):
    """x @ y: two matrices, or a matrix and a vector, go straight to BLAS."""
    x, y = operands
    if x.ndim <= 2 and y.ndim <= 2:
        return multiply_matrices(writing.pencil, x, y)
    return compute_row(writing, v, operands)


def matrices_back(writing, v, i, g, operands):
    """The vJps of a product of two matrices without a detour."""
    x, y = operands
    if y.ndim == g.ndim == 2 and (i == 0 or x.ndim == 2):
        left, right = (x.T, g) if i else (g, y.T)
        return multiply_matrices(writing.pencil, left, right)
    return v.operation.vjps[i](g, None, x, y, *v.options)


def filled(writing, v, operands):
    return writing.pencil.help(fill.compute, "fill_in", list(operands), *v.options)


def put_in_place(writing, v, operands):
    return writing.pencil.help(put_at.compute, "put_at", *operands, *v.options)


def write_cross_entropy(writing, v, operands):
    """The mean of -log softmax(logits)[label], a row for each class; keeps the shares for the way back."""
    pencil, (x,), labels = writing.pencil, operands, v.options[-1]
    classes = x.shape[-1]
    if x.ndim != 2:
        x = x.reshape((-1, classes))
    if x.dtype == np.float16:
        x = x.astype(np.float32)
    n = len(x)
    if type(labels) is not WholeNumbers:
        places = labels.reshape(-1) * n + np.arange(n)
        places = pencil.code(pencil.constant(places), places)
    else:
        labels = writing.codes[labels]
        for text in (f"{labels.text}.min() < 0", f"{labels.text}.max() >= {classes}") if n else ():
            pencil.statements.append(Statement("", text))
        labels = labels.astype(np.dtype(np.int64))
        places = (labels if labels.ndim == 1 else labels.reshape(-1)) * n + np.arange(n)
    turned = x.T.copy()
    turned = turned - np.maximum.reduce(turned, 0)
    right = turned.take(places)
    powers = np.exp(turned)
    total = np.add.reduce(powers, 0)
    loss = np.add.reduce(np.log(total) - right) / n
    writing.beside[v] = powers / total, places
    return loss if v.dtype == loss.dtype else loss.astype(v.dtype)


def one_less(shares, places):
    """``shares`` itself, one taken off at some places: softmax minus one-hot."""
    shares.reshape(-1)[places] -= 1
    return shares


def pull_cross_entropy(writing, v, i, g, operands):
    (x,), (shares, places) = operands, writing.beside[v]
    slope = writing.pencil.help(one_less, "one_less", shares, places)
    slope = slope if slope.dtype == x.dtype else slope.astype(x.dtype)
    if writing.stack:
        flow = ((g / len(places)).reshape((-1, 1, 1)) * slope).swapaxes(1, 2)
    else:
        flow = (g / len(places) * slope).T
    return flow if x.ndim == 2 else flow.reshape(lead(g, 0) + x.shape)


def sorted_elements(writing, v, operands):
    """The elements in rising order, along an axis or, with an order of fewer axes, all in one line."""
    (x,), axis = operands, v.options[-1]
    x = x.reshape(-1) if v.ndim != x.ndim else x
    order = np.argsort(x, axis=axis, kind="stable")
    writing.beside[v] = order
    return np.take_along_axis(x, order, axis)


def put_along(g, order, axis):
    """Each element back at the place that it was taken from."""
    out = np.zeros_like(g)
    np.put_along_axis(out, np.broadcast_to(order, g.shape), g, axis)
    return out


def sort_back(writing, v, i, g, operands):
    flow = writing.pencil.help(put_along, "put_along", g, writing.beside[v], v.options[-1])
    shape = lead(g, v.ndim) + operands[0].shape
    return flow if flow.shape == shape else flow.reshape(shape)


VALUES_IN_LINES = {
    "sort": sorted_elements,
    "matmul": product_of_matrices,
    "_fill": filled,
    "put_at": put_in_place,
    "softmax_cross_entropy": write_cross_entropy,
}
VJPS_IN_LINES = {"sort": sort_back, "matmul": matrices_back, "softmax_cross_entropy": pull_cross_entropy}
