"""What holds for every test: no window, no chance."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

collect_ignore = ["benchmarks"]  # they are measured by hand, and no doctests

# Deadlines measure the machine. In CI the examples are always the same; elsewhere each run tries new ones.
settings.register_profile("here", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def peer():
    """Another library with derivatives of its own; without one the test is skipped, or fails if so asked."""
    from support.array_reference import MISSING, other_library

    if other_library() is None:
        refuse = pytest.fail if os.environ.get("BACKPROP_NB_REQUIRE_PEERS") == "1" else pytest.skip
        refuse(MISSING)
    return other_library()
