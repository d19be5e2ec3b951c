"""How numbers, formulas, arrays and graphs are written and drawn."""

__all__ = []
