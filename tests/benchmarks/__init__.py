"""Speed and memory, measured as ratios inside one process: ``python tests/benchmarks/run.py``."""
