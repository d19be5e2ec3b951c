"""What holds for every test: no window, no chance."""

import os

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

collect_ignore = ["benchmarks"]  # they are measured by hand, and no doctests

# Deadlines measure the machine. In CI the examples are always the same; elsewhere each run tries new ones.
settings.register_profile("here", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
