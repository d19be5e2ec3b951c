"""A training run that was stored: a small network learns to read digits, epoch by epoch (N01)."""

import json
from dataclasses import dataclass
from pathlib import Path

from ..drawing.sheets import Displayed, Sheet

__all__ = ["StoredRun", "digits_run"]

SHOWN_EPOCHS = 0, 1, 3


@dataclass(frozen=True, repr=False)
class StoredRun(Displayed):
    """What was kept of a run; a notebook shows the pictures and the table.

    recipe: {name: number}: seed, hidden units, batch, rate, epochs, images held out
    images: ten images of 8 × 8 pixels from 0 to 16, one a digit, that the network never learned from
    labels: the digits that they are
    epochs: [{"loss": …, "accuracy": …, "guesses": […]}], the first before any step
    """

    recipe: dict
    images: list
    labels: list
    epochs: list

    @property
    def sheet(self):
        """Loss and accuracy, an epoch a row."""
        rows = [
            (f"{i}", f"{told['loss']:.3f}", f"{told['accuracy']:.1%}", " ".join(map(str, told["guesses"])))
            for i, told in enumerate(self.epochs)
        ]
        heads = ("epoch", "loss on what it learns from", "right on what it never saw", "how it reads ten")
        return Sheet("A network learns to read digits", heads, tuple(rows))

    def figure(self):
        """The ten images, and what the network said of them after some of the epochs."""
        from ..drawing import plots

        shown = [*SHOWN_EPOCHS, len(self.epochs) - 1]
        guesses = {
            f"epoch {i}: {self.epochs[i]['accuracy']:.0%}": list(map(str, self.epochs[i]["guesses"]))
            for i in shown
        }
        return plots.draw_guesses(self.images, list(map(str, self.labels)), guesses)

    @property
    def text(self):
        """The table in plain text; it stands alone."""
        return self.sheet.text


def digits_run():
    """The stored run: a network of 64, 128 and 10 units, 9,610 weights, on the digits of scikit-learn.

    It was made by this package's own engine, and a test makes its beginning anew. The digits are those of
    E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Repository.

    >>> run = digits_run()
    >>> run.epochs[0]["accuracy"] < 0.2, run.epochs[-1]["accuracy"] > 0.95
    (True, True)
    """
    text = (Path(__file__).parent / "digits_run.json").read_text(encoding="utf-8")
    return StoredRun(**json.loads(text))
