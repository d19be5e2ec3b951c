"""Section 1 of the notes: ways to differentiate one function."""

from ..core.lazy_names import load_when_used

WAYS = {
    "compare": "comparison",
    "compare_brackets": "chain_orders",
    "count_evaluations": "evaluations",
    "count_sweeps": "counting_sweeps",
    "digits_run": "stored_run",
    "exact_gradient": "exactness",
    "time_gradients": "evaluations",
    "time_sweeps": "counting_sweeps",
    "try_steps": "error_curves",
}
__all__ = list(WAYS)
__getattr__, __dir__ = load_when_used(__name__, WAYS)
