"""Reverse sweeps with one mistake each, to be run on any function and compared with the right one."""

from .adjoints import newest_first, parents, zero_adjoints
from .adjoints import sweep_back as right
from .fault_gallery import Fault, FaultGallery
from .fault_gallery import compare_sweeps as gallery
from .fault_gallery import run_fault as run
from .faulty_sweeps import (
    MISTAKES,
    TooManyVisits,
    no_reset,
    overwrite,
    parent_set,
    recursion,
    recursion_last_first,
)

__all__ = ["MISTAKES", "Fault", "FaultGallery", "TooManyVisits", "gallery", "newest_first", "no_reset",
           "overwrite", "parent_set", "parents", "recursion", "recursion_last_first", "right", "run",
           "zero_adjoints"]  # fmt: skip
