"""The playground: a small network that learns, and every weight's derivative taken apart."""

import base64
import math
from html import escape

import traitlets

from ..drawing import palette
from ..drawing.notation import number
from ..training.rehearsing import ACTIVATIONS, CLOUDS, TROUBLES, Rehearsal
from ..training.taking_apart import take_apart
from .explorer import DARK_PAGES, SCRIPTS, Explorer, describe_failure, join_scripts, style_sheet
from .stepping import stepper

__all__ = ["Playground", "playground"]

STEPS_A_FRAME = 5
MOST_AT_ONCE = 50  # steps, however many are asked for: Python stays free for the next request
FRAMES_KEPT = 400  # frames whose weights can still be asked about
CURVE = 120  # points of the loss curve
CELLS = 28  # of the still picture, along each side
HIDDEN = [3], [8], [8, 8], [4, 4, 4]
RATES = 0.03, 0.1, 0.3, 0.5, 1, 3, 20


def playground(data="moons", hidden=(8, 8), activation="tanh", rate=1.0, trouble="none",
               *, frames=40, seed=0):  # fmt: skip
    """Watch a small network learn; stop it and take a weight's derivative apart (N01, N18).

    data:       "moons" or "spirals"
    hidden:     widths of the hidden layers, 1 to 4 of at most 16
    activation: "tanh", "relu" or "sigmoid"
    rate:       learning rate, up to 100
    trouble:    what goes wrong on purpose: "none", "rate", "zeros", "dead", "flat", "reset"
    frames:     pictures of ``5`` steps each that are made at once, and play without a kernel
    returns:    Playground; a notebook shows it
    raises:     ValueError for what is not there to choose

    >>> play = playground(hidden=(3,), frames=4)
    >>> play.frame["step"], len(play.frames), play.take_apart("W2[1][0]").weight
    (15, 4, 'W2[1][0]')
    """
    settings = {"data": data, "hidden": list(hidden), "activation": activation, "rate": rate}
    return Playground(settings | {"trouble": trouble}, frames, seed)


class Playground(Explorer):
    """What ``playground`` returns.

    settings: {"data", "hidden", "activation", "rate", "trouble"}; another rate goes on, all else begins anew
    playing:  whether it goes on by itself, while a page shows it
    position: which of ``frames`` is shown; beyond them, the present ``frame``
    wanted:   steps that were asked for in all; setting it takes what is missing
    question: {"weight", "example", "frame"}: what to take apart; ``parts`` is the answer
    words:    what the trouble does
    error:    what was refused, in words
    """

    _esm = join_scripts("explorer.js", "playground.js")
    _css = style_sheet() + (SCRIPTS / "playground.css").read_text(encoding="utf-8") + DARK_PAGES.format(
        rules="--bp-below-line: #b39ddb; --bp-above-line: #cfa64a;"  # lines on a dark page
    )

    cloud = traitlets.Dict().tag(sync=True, type="Cloud")
    choices = traitlets.Dict().tag(sync=True, type="PlayChoices")
    settings = traitlets.Dict().tag(sync=True, type="PlaySettings")
    frames = traitlets.List().tag(sync=True, type="Frame[]")
    frame = traitlets.Dict().tag(sync=True, type="Frame")
    playing = traitlets.Bool(True).tag(sync=True)
    position = traitlets.Int().tag(sync=True)
    wanted = traitlets.Int().tag(sync=True)
    question = traitlets.Dict().tag(sync=True, type="PlayQuestion")
    parts = traitlets.Dict().tag(sync=True, type="Parts")
    words = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, settings, frames=40, seed=0, **options):
        self.seed, self.count = seed, max(1, int(frames))
        choices = {
            "data": [[name, name] for name in CLOUDS],
            "hidden": [[widths, ", ".join(map(str, widths))] for widths in HIDDEN],
            "activation": [[name, name] for name in ACTIVATIONS],
            "rate": [[rate, str(rate)] for rate in RATES],
            "trouble": [[name, trouble.title] for name, trouble in TROUBLES.items()],
        }  # fmt: skip
        super().__init__(choices=choices, question={"weight": "", "example": 0, "frame": 0},
                         parts={"weight": ""}, **self.begin(settings), **options)  # fmt: skip
        self.observe(self.change_settings, "settings")
        self.observe(self.go_on, "wanted")
        self.observe(self.answer, "question")

    def begin(self, settings):
        """The traits of a new training, with its first frames."""
        asked = {name: settings[name] for name in ("data", "hidden", "activation", "rate")}
        rehearsal = Rehearsal(trouble=settings["trouble"], seed=self.seed, **asked)
        self.rehearsal, self.kept, self.asked = rehearsal, {}, asked
        frames = [self.take_frame()]
        while len(frames) < self.count and not rehearsal.stopped:
            rehearsal.walk(STEPS_A_FRAME)
            frames.append(self.take_frame())
        rows, labels = rehearsal.points
        corners = [[min(column), max(column)] for column in zip(*rows, strict=True)]
        return {
            "cloud": {"rows": rounded(rows, 4), "labels": labels, "box": rounded(
                [[low - 0.1 * (high - low), high + 0.1 * (high - low)] for low, high in corners], 4)},
            "settings": rehearsal.settings | {"trouble": rehearsal.trouble},
            "frames": frames, "frame": frames[-1], "position": 0, "wanted": rehearsal.steps, "error": "",
            "words": TROUBLES[rehearsal.trouble].words,
        }  # fmt: skip

    def take_frame(self):
        """The present state as the page draws it; its weights are kept for questions."""
        now = self.rehearsal
        self.kept[now.steps] = (now.parameters, now.examples())
        while len(self.kept) > FRAMES_KEPT:
            del self.kept[next(iter(self.kept))]
        every = max(1, math.ceil(len(now.losses) / CURVE))
        return {
            "step": now.steps, "loss": rounded(now.value), "right": now.right(), "stopped": now.stopped,
            "weights": rounded(now.parameters), "slopes": rounded(now.gradient),
            "layers": rounded(now.layer_sizes()),
            "curve": rounded(now.losses[::every]), "every": every,
        }  # fmt: skip

    def change_settings(self, change):
        """Another rate goes on from here; anything else begins anew. What is refused leaves all as it was."""
        old, new = change["old"], change["new"]
        if {**new, "rate": 0} == {**old, "rate": 0} and new["trouble"] != "rate" and is_rate(new["rate"]):
            self.rehearsal.settings["rate"] = self.asked["rate"] = float(new["rate"])
            self.error = ""
            return
        own = {name: self.asked[name] for name in TROUBLES[old["trouble"]].settings}  # the trouble's go, too
        try:
            self.restart(new | own)
        except Exception as failure:  # noqa: BLE001 - whatever was set, the learner reads why it is refused
            self.restart(old | own, describe_failure(failure))

    def restart(self, settings, error=""):
        """A new training of these settings takes the place of the present one."""
        traits = self.begin(settings) | {"error": error}
        self.unobserve(self.change_settings, "settings")
        self.unobserve(self.go_on, "wanted")
        try:
            with self.hold_sync():
                for name, value in traits.items():
                    setattr(self, name, value)
                self.question = {"weight": "", "example": 0, "frame": 0}
                self.parts = {"weight": ""}
        finally:
            self.observe(self.change_settings, "settings")
            self.observe(self.go_on, "wanted")

    def go_on(self, change):
        """Take the steps that are wanted and not yet taken, and show where that leads."""
        self.rehearsal.walk(max(0, min(change["new"] - self.rehearsal.steps, MOST_AT_ONCE)))
        self.frame = self.take_frame()

    def answer(self, change):
        """Take apart the derivative that was asked about."""
        asked = change["new"]
        if asked.get("frame", 0) > self.rehearsal.steps:  # its steps came with the same message
            self.go_on({"new": asked["frame"]})
        if not asked.get("weight"):
            self.parts = {"weight": ""}
            return
        try:
            found = self.take_apart(asked["weight"], asked["example"], asked["frame"])
        except Exception as failure:  # noqa: BLE001 - as for settings
            self.error = describe_failure(failure)
            return
        self.error = ""
        self.parts = asked | {
            "rows": found.rows, "lines": found.lines, "value": number(found.value, 4),
            "examples": rounded(found.examples), "batch": number(found.batch, 4), "n": len(found.examples),
        }  # fmt: skip

    def take_apart(self, weight, example=0, frame=None):
        """Where one weight's derivative comes from: a ``training.taking_apart.Derivative``.

        weight:  its name, "W1[0][3]" or "b2[1]"
        example: which of the batch, from 0
        frame:   after how many steps; the present ones if None
        """
        step = self.rehearsal.steps if frame is None else frame
        if step not in self.kept:
            there = ", ".join(map(str, self.kept))
            raise ValueError(f"the weights after {step} steps are not kept; there are those after {there}")
        parameters, examples = self.kept[step]
        return take_apart(self.rehearsal.loss, parameters, examples, weight, example)

    def open_step(self, example=0):
        """The stepper on one example of the next batch: the run that the next training step walks back."""
        rehearsal = self.rehearsal
        row, label = (column[example] for column in rehearsal.examples())

        def one_example(parameters):
            return rehearsal.loss(parameters, [row], [label])

        return stepper(one_example, rehearsal.parameters)

    @property
    def text(self):
        """Where the training is, in words."""
        now, shown = self.frame, self.settings
        sizes = ", ".join(f"layer {i} {number(size, 2)}" for i, size in enumerate(now["layers"], 1))
        layers = "-".join(map(str, [2, *shown["hidden"], 1]))
        first = self.frames[0]
        return (
            f"A {layers} network of {shown['activation']} on {len(self.cloud['labels'])} points "
            f"({shown['data']}), rate {number(shown['rate'])}\n"
            f"step 0: loss {number(first['loss'], 3)}, {first['right']} points on their side of the border\n"
            f"step {now['step']}: loss {number(now['loss'], 3)}, {now['right']} points on their side\n"
            f"size of the gradient: {sizes}" + (f"\n{now['stopped']}" if now["stopped"] else "")
        )

    @property
    def still(self):
        """The last frame as a picture, for pages where no script runs."""
        data = base64.b64encode(draw_border(self.rehearsal, self.cloud).encode()).decode()
        source = f"data:image/svg+xml;base64,{data}"
        return (f'<img alt="{escape(self.text)}" src="{source}" style="max-width:100%">'
                f'<pre style="white-space:pre-wrap">{escape(self.text)}</pre>')  # fmt: skip

    def __repr__(self):
        return f"<playground after {self.rehearsal.steps} steps, loss {number(self.rehearsal.value, 3)}>"


def is_rate(value):
    """Whether a rate may be set as it is."""
    return isinstance(value, (int, float)) and 0 < value <= 100


def rounded(tree, digits=4):
    """The same lists and dicts with numbers of so many significant digits: a page needs no more."""
    if isinstance(tree, dict):
        return {name: rounded(item, digits) for name, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [rounded(item, digits) for item in tree]
    return float(f"{tree:.{digits}g}") if math.isfinite(tree) else 0.0


def draw_border(rehearsal, cloud, size=280):
    """The plane as an SVG: purple where the network says class 0, brown for class 1, and the points."""
    (left, right), (low, high) = cloud["box"]
    step = size / CELLS
    colours, marks = (palette.BELOW, palette.ABOVE), []
    for i in range(CELLS):
        for j in range(CELLS):
            point = left + (i + 0.5) / CELLS * (right - left), high - (j + 0.5) / CELLS * (high - low)
            score = rehearsal.score(rehearsal.parameters, point)
            depth = 0.12 + 0.4 * min(1.0, abs(score))
            marks.append(f'<rect x="{i * step:g}" y="{j * step:g}" width="{step:g}" height="{step:g}" '
                         f'fill="{colours[score > 0]}" fill-opacity="{depth:.2f}"/>')  # fmt: skip
    for (x, y), label in zip(cloud["rows"], cloud["labels"], strict=True):
        across, down = (x - left) / (right - left) * size, (high - y) / (high - low) * size
        shape = (f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4"' if not label else
                 f'<rect x="{across - 3.5:.1f}" y="{down - 3.5:.1f}" width="7" height="7"')  # fmt: skip
        marks.append(f'{shape} fill="{colours[label]}" stroke="#ffffff"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}">'
    return (f'{head}<rect width="{size}" height="{size}" fill="#ffffff"/>{"".join(marks)}</svg>')  # fmt: skip
