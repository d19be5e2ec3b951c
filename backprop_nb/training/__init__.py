"""Gradient descent: networks, losses, steps and data, each short enough to stand in a lesson."""

from .clusters import gradient_on
from .data import Data, digits, hold_out, moons, penguins, spirals
from .fitting import Fit, TrainingError, fit
from .losses import accuracy, cross_entropy, logistic, max_margin, mean_squared
from .nets import linear, mlp, neurons, start_mlp
from .optimisers import adam, momentum, sgd

__all__ = [
    "Data", "Fit", "TrainingError", "accuracy", "adam", "cross_entropy", "digits", "fit", "gradient_on",
    "hold_out", "linear", "logistic", "max_margin", "mean_squared", "mlp", "momentum", "moons", "neurons",
    "penguins", "sgd", "spirals", "start_mlp",
]  # fmt: skip
