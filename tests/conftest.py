"""What holds for every test: no window, no chance."""

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")

collect_ignore = ["benchmarks", "typing"]  # measured by hand; read by mypy alone

# Deadlines measure the machine, as does "too slow". In CI examples are always the same; elsewhere each run
# tries new ones.
untimed = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("here", print_blob=True, **untimed)
settings.register_profile("ci", derandomize=True, **untimed)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def peer():
    """Another library with derivatives of its own; without one the test is skipped, or fails if so asked."""
    from support.array_reference import MISSING, other_library

    if other_library() is None:
        refuse = pytest.fail if os.environ.get("BACKPROP_NB_REQUIRE_PEERS") == "1" else pytest.skip
        refuse(MISSING)
    return other_library()
