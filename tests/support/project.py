"""Where the project is."""

from pathlib import Path

__all__ = ["PROJECT"]

PROJECT = Path(__file__).parents[2]
