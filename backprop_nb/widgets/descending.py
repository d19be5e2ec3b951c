"""Walking downhill: the values of a function over two inputs as contour lines, and the text of a place."""

import inspect
import json
import math
import warnings
from itertools import product

from ..arrays.trees import map_labelled
from ..core.limits import TooLongRun, limited
from ..drawing.notation import number
from ..runs.recording import record

__all__ = ["contours", "is_inside", "read_state", "tell_move", "value_at"]

MOST_POINTS, LEAST_POINTS = 33, 9  # of a side of the grid
MAP_ROWS = 60_000  # rows that are computed for one map, about
CONTOURS = 12  # contour lines
MAP_SIDE = 100  # both axes of a map go from 0 to MAP_SIDE
LONGEST_STATE = 20_000  # characters


def value_at(plan, values, row=None, by=0.0):
    """What f returns at ``values``, a float; None where it fails or gives no finite number.

    row, by: an input, or any row of arrays, and what is added to it or to each of its numbers
    """
    try:
        g, inputs = plan.bind(values)
        if row and not row.is_input:
            value = try_run(lambda: move_row(g, inputs, row, by))
        else:
            names = inspect.signature(g).parameters
            inputs = [
                map_labelled(lambda x, own: x + by if row and own == row.label else x, x, name)
                for name, x in zip(names, inputs, strict=True)
            ]
            value = try_run(lambda: record(g, *inputs).value)
    except Exception:  # noqa: BLE001 - whatever the learner's function raises, here it has no value
        return None
    return value if math.isfinite(value) else None


def move_row(g, inputs, row, by):
    """What g returns where a row of arrays is larger; ValueError for one of numbers."""
    if not row.is_array:
        raise ValueError(f"{row.name} is a number, and no input")
    from ..runs.array_moving import value_where_moved

    try:
        return value_where_moved(g, inputs, row, by)
    except TooLongRun as limit:
        raise ValueError(str(limit)) from None


def try_run(work):
    """What ``work`` returns, as a float, within a second and without warnings; whatever it raises."""
    with warnings.catch_warnings(), limited(compare=False, rows=2000, seconds=1):
        warnings.simplefilter("ignore")
        return float(work())


def is_inside(plan, values):
    """Whether f has a value at ``values``, as far as can be seen: a loop without end is no edge."""
    try:
        g, inputs = plan.bind(values)
        return math.isfinite(try_run(lambda: record(g, *inputs).value))
    except Exception as failure:  # noqa: BLE001 - whatever the learner's function raises, it has no value here
        return isinstance(failure.__context__, TooLongRun)


def contours(plan, pair, values, size):
    """A map of f over the sliders of two inputs.

    pair:    the two Controls
    values:  {name: number} of all controls
    size:    rows of a run, which decides how fine the grid is
    returns: dict: ``names``; ``ends`` [[low, high], [low, high]]; ``lines``, one SVG path a level
    """
    count = max(LEAST_POINTS, min(MOST_POINTS, int((MAP_ROWS / size) ** 0.5)))
    xs, ys = ([c.min + (c.max - c.min) * i / (count - 1) for i in range(count)] for c in pair)
    heights = [[value_at(plan, values | {pair[0].name: x, pair[1].name: y}) for x in xs] for y in ys]
    known = sorted(z for row in heights for z in row if z is not None)
    return {
        "names": [c.name for c in pair],
        "ends": [[c.min, c.max] for c in pair],
        "lines": [trace_level(heights, level) for level in spread_levels(known)],
    }


def spread_levels(known):
    """Heights that part the known values into equal shares, each once: close lines where it is steep.

    >>> spread_levels([1.0] * 5), len(spread_levels(sorted(x * x for x in range(99))))
    ([], 12)
    """
    found = {known[len(known) * (k + 1) // (CONTOURS + 1)] for k in range(CONTOURS)} if known else set()
    return sorted(found - {known[0], known[-1]}) if found else []


def trace_level(heights, level):
    """One contour line as SVG path data: a straight piece through each cell of the grid that it crosses.

    >>> trace_level([[0.0, 0.0], [1.0, 1.0]], 0.5)
    'M0 50L100 50'
    """
    unit = MAP_SIDE / (len(heights) - 1)
    pieces = []
    for i, j in product(range(len(heights) - 1), range(len(heights[0]) - 1)):
        corners = [(j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1)]
        around = [(x, y, heights[y][x]) for x, y in corners]
        if any(z is None for _, _, z in around):
            continue
        crossed = [
            cross(one, other, level)
            for one, other in zip(around, [*around[1:], around[0]], strict=True)
            if (one[2] < level) != (other[2] < level)
        ]
        ends = [f"{x * unit:.4g} {MAP_SIDE - y * unit:.4g}" for x, y in crossed]
        pieces += [f"M{a}L{b}" for a, b in sorted(map(sorted, zip(ends[::2], ends[1::2], strict=True)))]
    return "".join(pieces)


def cross(one, other, level):
    """Where the line between two corners of the grid has the height ``level``."""
    (x, y, low), (right, up, high) = one, other
    share = (level - low) / (high - low)
    return x + share * (right - x), y + share * (up - y)


def read_state(text):
    """What ``Stepper.state()`` wrote, as a dict; ValueError, in words, for any other text.

    >>> read_state('{"inputs": {"x": 2.0}, "step": 3}')
    {'inputs': {'x': 2.0}, 'step': 3}
    """
    how = "paste the text that steps.state() gave"
    if not isinstance(text, str) or len(text) > LONGEST_STATE:
        raise ValueError(f"a state is a short text; {how}")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"this text is no state: {how}; received {text!r:.60}") from None
    kinds = {"inputs": dict, "step": int, "chosen": str, "path": int}
    if not isinstance(told, dict) or not isinstance(told.get("inputs"), dict):
        raise ValueError(f"this text holds no inputs: {how}; received {text!r:.60}")
    for name, value in told.items():
        if name not in kinds or type(value) is not kinds[name]:
            raise ValueError(f"a state has no {name!r:.40} like this: {how}; received {value!r:.60}")
    return told


def tell_move(title, before, after):
    """What a step downhill did, in words."""
    verb = "fell" if after < before else "rose" if after > before else "stayed"
    why = ": η is too large here" if after > before else ""
    return f"{title} {verb} from {number(before)} to {number(after)}{why}."
