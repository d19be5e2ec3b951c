"""What the package offers, with types: its names are loaded when first used, as no type checker follows.

A row of either table, ``bp.sin`` or one that joins later, is a function of numbers, arrays or carriers.
"""

from collections.abc import Callable
from typing import Any, TypeVar, overload

from . import derivation as derivation
from . import exercises as exercises
from . import jacobians as jacobians
from . import programs as programs
from . import training as training
from . import ways as ways
from . import widgets as widgets
from .arrays import differences as differences
from .arrays import structural as structural
from .arrays.differences import check_grad as check_grad
from .arrays.nan_check import detect_nan as detect_nan
from .arrays.structural import Structural as Structural
from .arrays.structural.filling import zeros as zeros
from .arrays.structural.filling import zeros_like as zeros_like
from .arrays.transforms import (
    grad as grad,
)
from .arrays.transforms import (
    hessian as hessian,
)
from .arrays.transforms import (
    jacobian as jacobian,
)
from .arrays.transforms import (
    jvp as jvp,
)
from .arrays.transforms import (
    value_and_grad as value_and_grad,
)
from .arrays.transforms import (
    vjp as vjp,
)
from .core import primitives as primitives
from .core.limits import limited as limited
from .core.primitives import Primitive as Primitive
from .drawing import plots as plots
from .drawing.terms import glossary as glossary
from .jacobians import gallery as gallery
from .jacobians import kronecker as kronecker
from .jacobians import look as look
from .jacobians import races as races
from .jacobians import sizes as sizes
from .jacobians.kronecker import unvec as unvec
from .jacobians.kronecker import vec as vec
from .programs.emitting import Program as Program
from .programs.emitting import emit as emit
from .programs.replaying import replay as replay
from .runs import faults as faults
from .runs import graph as graph
from .runs import paths as paths
from .runs import table as table
from .runs.recording import Record as Record
from .runs.recording import record as record
from .ways import expressions as expressions

__version__: str

_C = TypeVar("_C", bound="_Carrier")

class _Carrier:
    """What operators do on each carrier: one of its kind comes out."""

    def __add__(self: _C, other: Any) -> _C: ...
    def __radd__(self: _C, other: Any) -> _C: ...
    def __sub__(self: _C, other: Any) -> _C: ...
    def __rsub__(self: _C, other: Any) -> _C: ...
    def __mul__(self: _C, other: Any) -> _C: ...
    def __rmul__(self: _C, other: Any) -> _C: ...
    def __truediv__(self: _C, other: Any) -> _C: ...
    def __rtruediv__(self: _C, other: Any) -> _C: ...
    def __pow__(self: _C, other: Any) -> _C: ...
    def __rpow__(self: _C, other: Any) -> _C: ...
    def __mod__(self: _C, other: Any) -> _C: ...
    def __floordiv__(self: _C, other: Any) -> _C: ...
    def __neg__(self: _C) -> _C: ...
    def __abs__(self: _C) -> _C: ...
    def __lt__(self, other: Any) -> bool: ...
    def __le__(self, other: Any) -> bool: ...
    def __gt__(self, other: Any) -> bool: ...
    def __ge__(self, other: Any) -> bool: ...
    def __getattr__(self, name: str) -> Any: ...  # every row is a method, too

class Scalar(_Carrier):
    value: float
    gradient: float | None
    operation: Primitive | None
    parent1: Scalar | float | None
    parent2: Scalar | float | None
    def __init__(self, value: float | Scalar) -> None: ...
    def backward(self, seed: float = 1.0, accumulate: bool = False) -> None: ...

class Tensor(_Carrier):
    value: Any
    gradient: Any
    shape: tuple[int, ...]
    ndim: int
    size: int
    dtype: Any
    T: Tensor
    mT: Tensor
    def __init__(self, value: Any) -> None: ...
    def __matmul__(self, other: Any) -> Tensor: ...
    def __rmatmul__(self, other: Any) -> Tensor: ...
    def __getitem__(self, index: Any) -> Tensor: ...
    def __len__(self) -> int: ...
    def backward(self, seed: Any = None, accumulate: bool = False) -> None: ...
    def item(self) -> float: ...

class Dual(_Carrier):
    value: float
    tangent: float
    def __init__(self, value: float, tangent: float = 0.0) -> None: ...

class Symbol(_Carrier):
    name: str | None
    latex: str
    def __init__(self, name: str, name_latex: str | None = None) -> None: ...

def symbols(names: str) -> tuple[Symbol, ...]: ...
@overload
def log(x: Scalar, /) -> Scalar: ...
@overload
def log(x: Any, /) -> Any: ...
@overload
def sin(x: Scalar, /) -> Scalar: ...
@overload
def sin(x: Any, /) -> Any: ...
def __getattr__(name: str) -> Callable[..., Any]: ...
