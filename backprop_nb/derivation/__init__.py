"""The vJp of the matrix product, derived step by step on the learner's own matrices."""

from .inner_products import inner_product_rule, trace_derivative_rule, trace_rule, vec_rule
from .steps import derivation, row_batch

__all__ = ["derivation", "inner_product_rule", "row_batch", "trace_derivative_rule", "trace_rule", "vec_rule"]
