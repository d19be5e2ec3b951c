"""The interpreter's frames: which are the learner's, on which line they are, and what a traceback shows."""

import functools
import inspect
import linecache
import sys
import sysconfig
from traceback import walk_stack, walk_tb

__all__ = ["LIBRARIES", "code_of", "fold_frames", "is_learners", "is_learners_own",
           "learners_frames", "line_of", "line_within", "place_of"]  # fmt: skip

LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def code_of(f):
    """The code of a function of the learner's, behind partial, decorators and methods; or None."""
    f = inspect.unwrap(f)
    while isinstance(f, functools.partial):
        f = inspect.unwrap(f.func)
    if not callable(f) or type(f).__module__.startswith("backprop_nb."):  # a row of a table has no lines
        return None
    method = f.__call__  # of an object that can be called
    return getattr(f, "__code__", None) or getattr(method, "__code__", None)


def is_package(frame):
    """Whether a frame belongs to this package."""
    return f"{frame.f_globals.get('__name__') or ''}.".startswith("backprop_nb.")


def is_learners(frame):
    """Whether a frame belongs to the learner: neither to a library nor to this package."""
    return is_learners_own(frame.f_globals.get("__name__"), frame.f_code.co_filename)


def is_learners_own(module, filename):
    """The same of a function or a class, by the name of its module and the file that it is in."""
    return not f"{module}.".startswith("backprop_nb.") and not filename.startswith(("<frozen", *LIBRARIES))


def learners_frames(traceback):
    """The learner's entries of a traceback, the outermost first."""
    found = []
    while traceback is not None:
        if is_learners(traceback.tb_frame):
            found.append(traceback)
        traceback = traceback.tb_next
    return found


def line_of(frame, number):
    """The text of a line of the learner's, "" where it cannot be had."""
    return linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()


def line_within(code, number):
    """The number of a line counted from the first line of its function."""
    return number if code.co_name == "<module>" else number - code.co_firstlineno + 1


def place_of(frame):
    """A learner's line in words, ": line 3 of loss, `y = math.exp(x)`"; "" without a frame."""
    if frame is None:
        return ""
    name, number = frame.f_code.co_name, frame.f_lineno
    where = "" if name == "<module>" else f" of {'a lambda' if name == '<lambda>' else name}"
    text = line_of(frame, number)
    return f": line {line_within(frame.f_code, number)}{where}" + (f", `{text[:80]}`" if text else "")


def fold_frames(error):
    """Mark this package's frames, those of a traceback and those above, so that IPython leaves them out."""
    for frame, _ in (*walk_tb(error.__traceback__), *walk_stack(sys._getframe(1))):
        if is_package(frame) and frame.f_code.co_name != "<module>":
            frame.f_locals["__tracebackhide__"] = True
