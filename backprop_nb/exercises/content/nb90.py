"""Notebook 90, where the notes are loose."""

from .. import choice
from ..bank import register

__all__ = []

# fmt: off
register("90-a", claim="N42", make=lambda: choice(
    "Whatever ∂F(X)/∂X is, say the notes, is debated. Which of their references is about that?",
    right="[4] Magnus", why={
        "[1] Baydin and others":
            "Automatic differentiation in machine learning: a survey of the whole field.",
        "[2] Griewank and Walther": "Evaluating Derivatives: the textbook of the whole field.",
        "[3] Laue": "On the equivalence of forward mode and symbolic differentiation.",
        "[4] Magnus": "On the concept of matrix derivative: compares the layouts, and argues for vec.",
        "[6] Petersen and Pedersen": "The Matrix Cookbook: formulas to look up, such as ∂tr(X′A)/∂X."}))
