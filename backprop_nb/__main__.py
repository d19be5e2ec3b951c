"""Read the command line of ``lab``, ``test`` and ``site`` on any Python: an old one is told so."""

import sys

__all__ = ["main"]

OLDEST = (3, 11)
USAGE = """\
usage: python3 -m backprop_nb lab [FOLDER] [OPTIONS OF JUPYTERLAB]
           open the notebooks in JupyterLab, with options such as: --no-browser --port 8899
           FOLDER: copy the notebooks there first, never over your own edits, and open the copies
                   (an installed package does so anyway, into ./backprop_nb_notebooks)

       python3 -m backprop_nb test [--fast] [OPTIONS OF PYTEST]
           run every check: lint, types, JavaScript, unit tests, notebooks, browser
           --fast: without notebooks and browser
           with a path, such as tests/runs/test_graph.py: run that under pytest, and nothing else

       python3 -m backprop_nb site [--out FOLDER] [--pyodide FOLDER OR ADDRESS] [--no-live]
           build the notebooks as a web site, into build/site

In a clone they first make a virtual environment in .venv, if this Python lacks something.
"""


def main(arguments=None, version=sys.version_info):
    """Run a command; returns the exit code. This file keeps to syntax that Python 2.7 can read."""
    if version < OLDEST:
        sys.stderr.write(too_old(version))
        return 1
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if not arguments or arguments[0] not in ("lab", "test", "site"):
        asked = arguments[:1] in (["-h"], ["--help"])
        (sys.stdout if asked else sys.stderr).write(USAGE)
        return 0 if asked else 2
    from .cli.commands import run_command

    return run_command(arguments[0], arguments[1:])


def too_old(version):
    """The one line for a Python that cannot run the package."""
    words = "backprop_nb needs Python {}.{} or newer and this is {}.{}; try: python3.12 -m backprop_nb\n"
    return words.format(OLDEST[0], OLDEST[1], version[0], version[1])


if __name__ == "__main__":
    sys.exit(main())
