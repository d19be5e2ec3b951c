"""The browser's operations: the same as the table's, row by row."""

import json
import math
import shutil
import subprocess

import pytest

from backprop_nb.core.primitives import Primitive
from backprop_nb.widgets.explorer import SCRIPTS

LEFT_OUT = {"erf", "erfc", "gelu", "sinc", "rint", "heaviside"}  # a nudge of these is only foretold
TRIED = [-2.5, -1.0, -0.75, -0.3, 0.0, 0.2, 0.5, 1.0, 1.7, 3.0]
PROGRAM = """
const told = JSON.parse(process.argv[1]);
console.log(JSON.stringify(told.map(({ op, xs }) => OPERATIONS[op](...xs))));
"""


def tried(row):
    """Pairs (operands, value) of one row of the table, where it has a finite one."""
    operands = [(x,) for x in TRIED] if len(row.partials) == 1 else [(x, y) for x in TRIED for y in TRIED]
    for xs in operands:
        try:
            value = float(row(*xs))
        except (ArithmeticError, ValueError, TypeError):
            continue
        if math.isfinite(value):
            yield xs, value


@pytest.mark.skipif(not shutil.which("node"), reason="no Node")
def test_each_operation_of_the_table_gives_the_browser_the_same_number():
    rows = [row for row in Primitive.table.values() if row.name in Primitive.built_in - LEFT_OUT]
    cases = [(row.name, xs, value) for row in rows for xs, value in tried(row)]
    told = json.dumps([{"op": name, "xs": xs} for name, xs, _ in cases])
    script = (SCRIPTS / "replay.js").read_text(encoding="utf-8") + PROGRAM
    command = ["node", "-e", script, told]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    for (name, xs, value), found in zip(cases, json.loads(done.stdout), strict=True):
        assert found == pytest.approx(value, rel=1e-9, abs=1e-12), (name, xs)
