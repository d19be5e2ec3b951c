"""The page of all mistakes, exercise by exercise: ``python tests/support/mistakes_page.py`` writes it."""

import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import backprop_nb as bp
from backprop_nb.exercises.array_difference import same_array
from backprop_nb.exercises.array_questions import Array, Shape, write_nested
from backprop_nb.exercises.bank import keys_by_notebook
from backprop_nb.exercises.questions import Choice, Number
from backprop_nb.exercises.tasks import Task
from backprop_nb.exercises.trials import Trials
from support.project import PROJECT

__all__ = ["MISTAKES_PAGE", "known_answers", "tell_apart", "write_mistakes"]

MISTAKES_PAGE = PROJECT / "docs" / "mistakes.md"
INTRODUCTION = """# Mistakes that have a name

For lecturers; written by `tests/support/mistakes_page.py`. Each line of a table is an answer that its
exercise tells from all others. Where two mistakes stand on one line, they give the same answer, and feedback
lists both. Rare slips in runs of numbers, which are named from three digits on, are left out.
"""


def known_answers(question):
    """Pairs (what was done instead, the answer that it gives) of all mistakes that a question knows."""
    if isinstance(question, Number):
        right = [question.right, *question.names.values()]
        digits = max(1.0, *map(abs, right))
        return [
            (words, f"{wrong:.6g}")
            for wrong, words, common in question.mistakes()
            if common and not isinstance(wrong, complex) and abs(wrong - question.right) > 1e-9 * digits
        ]
    if isinstance(question, Array):
        wrong = [(words, x) for words, x in question.mistakes if not same_array(x, question.right)]
        return [(words, write_nested(x)) for words, x in wrong]
    if isinstance(question, Shape):
        return [(words, str(x)) for x, words in question.mistakes.items()]
    if isinstance(question, Choice):
        return [(words, x) for x, words in question.why.items() if x != question.options[question.right]]
    if isinstance(question, Task) and isinstance(question.examine, Trials):
        return list(try_mistakes(question.examine))
    return []  # an order, and functions that are examined step by step


def try_mistakes(trials):
    """Pairs (what was done instead, its results on all trials) for every function that makes a mistake."""
    calls = list(trials.calls())
    for words, functions in trials.mistakes.items():
        for f in functions if isinstance(functions, tuple) else (functions,):
            alone = type(trials)(**vars(trials) | {"mistakes": {words: f}})
            found = [
                f"{name} {value!r}"
                for arguments in calls
                for name in trials.results(trials.run(trials.right, *arguments.values()), arguments)
                for _, value in alone.wrong_results(name, arguments)
            ]
            yield words, "; ".join(found)


def tell_apart(question):
    """{an answer: the mistakes that lead to it, each once}."""
    found = {}
    for words, answer in known_answers(question):
        found.setdefault(answer, {})[words] = None
    return {answer: list(words) for answer, words in found.items()}


def write_mistakes():
    """The page as text."""
    lines = [INTRODUCTION]
    for notebook, keys in keys_by_notebook().items():
        lines += [f"## Notebook {notebook}", ""]
        for key in sorted(keys):
            question = bp.exercises.ask(key)
            told = tell_apart(question)
            claim = f", claim {question.claim}" if question.claim else ""
            lines += [f"### {key}{claim}", "", question.text, ""]
            if told:
                function = isinstance(question, Task)
                lines += ["| answer | what was done instead |", "|---|---|"]
                lines += [row("a function" if function else x, words) for x, words in told.items()] + [""]
    return "\n".join(lines)


def row(answer, words):
    """One line of a table; a bar would end its cell."""
    cells = answer, "<br>".join(words)
    return "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"


if __name__ == "__main__":
    MISTAKES_PAGE.write_text(write_mistakes(), encoding="utf-8")
