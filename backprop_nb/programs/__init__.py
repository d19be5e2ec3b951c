"""Runs as straight-line programs: to read and save, to run again, and in the words of other libraries."""

from ..core.lazy_names import load_when_used

PARTS = {
    "Changed": "emitting", "LeftTheRun": "following", "PASSES": "passes", "Program": "emitting",
    "Stale": "replaying", "lines_beside": "showing", "to_jax": "bridges", "to_pytorch": "bridges",
}  # fmt: skip
__all__ = list(PARTS)
__getattr__, __dir__ = load_when_used(__name__, PARTS)
