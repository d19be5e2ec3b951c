"""Data to learn from: drawn by a recipe and a seed, or measured by others."""

import csv
import math
import random
from pathlib import Path
from typing import NamedTuple

__all__ = ["Data", "digits", "hold_out", "moons", "penguins", "spirals", "take_rows"]


class Data(NamedTuple):
    """Examples: one row of numbers and one class number each, as lists, or as arrays where they come so.

    inputs: n rows
    labels: n class numbers, counted from 0
    """

    inputs: list
    labels: list


def moons(n=200, noise=0.1, seed=0):
    """Two half circles that reach into each other: n points in the plane, in turn of class 0 and 1.

    noise: standard deviation of what is added to each coordinate

    >>> data = moons(4, noise=0)
    >>> [[round(x, 2) for x in row] for row in data.inputs], data.labels
    ([[1.0, 0.0], [0.0, 0.5], [-1.0, 0.0], [2.0, 0.5]], [0, 1, 0, 1])
    """
    half = max(1, (n + 1) // 2 - 1)
    arcs = [(math.pi * (i // 2) / half, i % 2) for i in range(n)]
    outer, inner = (lambda t: (math.cos(t), math.sin(t))), (lambda t: (1 - math.cos(t), 0.5 - math.sin(t)))
    return scatter([((inner if label else outer)(t), label) for t, label in arcs], noise, seed)


def spirals(n=200, arms=2, turns=1.0, noise=0.05, seed=0):
    """Arms that wind about each other from the middle outward: n points in the plane, in turn of each class.

    >>> data = spirals(4, noise=0)
    >>> [[round(x, 2) + 0 for x in row] for row in data.inputs], data.labels
    ([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [-1.0, 0.0]], [0, 1, 0, 1])
    """
    most = max(1, (n + arms - 1) // arms - 1)
    points = []
    for i in range(n):
        radius, arm = i // arms / most, i % arms
        angle = 2 * math.pi * (turns * radius + arm / arms)
        points.append(((radius * math.cos(angle), radius * math.sin(angle)), arm))
    return scatter(points, noise, seed)


def scatter(points, noise, seed):
    """Each point moved by normal noise."""
    draw = random.Random(seed).gauss
    return Data([[x + draw(0, noise) for x in point] for point, _ in points], [label for _, label in points])


SPECIES = ("Adelie", "Chinstrap", "Gentoo")
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def penguins():
    """The Palmer penguins: four measures of 342 birds of three species, scaled to mean 0, spread 1.

    Measured by K. Gorman and the Palmer Station LTER (2007-2009), published as palmerpenguins by A. Horst,
    A. Hill and K. Gorman (2020) under CC0; two birds without measures are left out.

    >>> data = penguins()
    >>> len(data.labels), [data.labels.count(species) for species in range(3)]
    (342, [151, 68, 123])
    """
    with (Path(__file__).parent / "penguins.csv").open(encoding="utf-8", newline="") as file:
        birds = [bird for bird in csv.DictReader(file) if "NA" not in [bird[name] for name in MEASURES]]
    columns = [[float(bird[name]) for bird in birds] for name in MEASURES]
    rows = [list(row) for row in zip(*map(standardise, columns), strict=True)]
    return Data(rows, [SPECIES.index(bird["species"]) for bird in birds])


def standardise(column):
    """The numbers with mean 0 and standard deviation 1."""
    mean = math.fsum(column) / len(column)
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(column))
    return [(x - mean) / spread for x in column]


def digits():
    """1,797 hand-written digits of 8 × 8 pixels from 0 to 1, as scikit-learn brings them: arrays.

    raises: ModuleNotFoundError where scikit-learn is missing, with what to do instead

    E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Repository.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            "the digits come with scikit-learn, which is not here: pip install scikit-learn, or learn from "
            "penguins() or moons(), which need nothing"
        ) from missing
    found = load_digits()
    return Data(found.data / 16, found.target)


def hold_out(data, share=0.25, seed=0):
    """Two Data: what to learn from, and a share that is held out to judge what was learned.

    >>> [len(part.labels) for part in hold_out(moons(200))]
    [150, 50]
    """
    order = list(range(len(data.labels)))
    random.Random(seed).shuffle(order)
    border = len(order) - round(share * len(order))
    return tuple(
        Data(*(take_rows(column, part) for column in data)) for part in (order[:border], order[border:])
    )


def take_rows(column, places):
    """The rows at these places, as they came: an array or a list."""
    return column.take(places, 0) if hasattr(column, "dtype") else [column[i] for i in places]
