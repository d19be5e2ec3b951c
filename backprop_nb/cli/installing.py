"""Runs an installer, and says in words what it is doing and why it failed; standard library only."""

import contextlib
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time

__all__ = ["follow", "why_pip_failed"]

REASONS = (
    (r"No space left on device", "the disk is full; the packages take about half a gigabyte"),
    (r"CERTIFICATE_VERIFY_FAILED|SSLError", "the package index's certificate was refused; behind a company "
     "proxy, set PIP_CERT to its certificate file"),
    (r"NewConnectionError|NameResolution|name resolution|getaddrinfo|unreachable|timed out|ProxyError",
     "the package index could not be reached; look at the network connection or the proxy"),
    (r"No matching distribution found|requires a different Python", "no release of it fits this Python "
     f"({sys.version_info[0]}.{sys.version_info[1]}) and machine; try another Python, such as 3.12"),
    (r"Failed (?:building|to build)|subprocess-exited-with-error", "it would have to be compiled here; try a "
     "Python for which it comes ready-made, such as 3.12"),
    (r"Permission denied", "the folder may not be written; clone into a folder of your own"),
)  # fmt: skip


def follow(command, folder, keep=None):
    """Run a command, show what it is doing on one line, and return (exit code, lines of output).

    keep: a file descriptor that the command keeps open to its end, or None
    """
    arriving, lines, news, show = queue.SimpleQueue(), [], "at work", Progress()
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | {"PIP_USER": "0", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", pass_fds=[] if keep is None else [keep],
    ) as process:  # fmt: skip
        pump = threading.Thread(target=queue_lines, args=(process.stdout, arriving), daemon=True)
        pump.start()
        try:
            while True:
                with contextlib.suppress(queue.Empty):  # a second without news: only the clock moves
                    line = arriving.get(timeout=1)
                    if line is None:
                        return process.wait(), lines
                    lines.append(line)
                    news = headline(line) or news
                show(news)
        finally:  # on every way out, interrupts included, nothing goes on running and the pipe is closed
            show.close()
            if process.poll() is None:
                process.terminate()
            process.wait()
            pump.join()


def queue_lines(stream, arriving):
    """Hand over each line of a stream, and None at its end."""
    for line in stream:
        arriving.put(line.rstrip())
    arriving.put(None)


def headline(line):
    """What a line of pip's output says is being done, or None.

    >>> headline("Collecting numpy>=1.26 (from backprop-nb==0.1.0)")
    'looking up numpy'
    >>> headline("  Downloading numpy-2.4.6-cp312-cp312-linux_x86_64.whl (16.6 MB)")
    'downloading numpy (16.6 MB)'
    >>> headline("Installing collected packages: six, tornado, numpy")
    'unpacking 3 packages, the last and longest step'
    """
    if found := re.match(r"Collecting ([\w.-]+)", line):
        return f"looking up {found[1]}"
    if found := re.match(r"\s*(?:Downloading|Using cached) ([\w.]+)-\S+(?<!\.metadata) (\(.*\))", line):
        return f"downloading {found[1]} {found[2]}"
    if line.startswith("Installing collected packages:"):
        return f"unpacking {line.count(',') + 1} packages, the last and longest step"
    return None


class Progress:
    """One line of a terminal, with a clock, written over and over; elsewhere a line now and then."""

    def __init__(self, out=None, every=10):
        self.out, self.every = out or sys.stdout, every
        self.started = self.printed = time.monotonic()
        self.shown = None

    def __call__(self, news):
        now = time.monotonic()
        clock = f"  {now - self.started:3.0f} s  {news}"
        if self.out.isatty():
            self.out.write("\r\x1b[K" + clock[: shutil.get_terminal_size().columns - 1])
        elif news != self.shown and now - self.printed >= self.every:
            self.printed, self.shown = now, news
            self.out.write(clock + "\n")
        self.out.flush()

    def close(self):
        if self.out.isatty():
            self.out.write("\r\x1b[K")
            self.out.flush()


def why_pip_failed(lines):
    """One paragraph from pip's output: which package, why, what to try, and pip's own last words.

    >>> print(why_pip_failed(["Collecting numpy>=1.26", "ERROR: [Errno 28] No space left on device"]))
    installing stopped at numpy: the disk is full; the packages take about half a gigabyte.
    pip's last words:
      ERROR: [Errno 28] No space left on device
    Nothing half-made is kept in use: type the same command again to try anew.
    """
    text = "\n".join(lines)
    named = re.findall(r"No matching distribution found for ([\w.-]+)", text)
    named += re.findall(r"Failed (?:building wheel for|to build) ([\w.-]+)", text)
    named += re.findall(r"Collecting ([\w.-]+)", text)[-1:]
    reason = next((words for sign, words in REASONS if re.search(sign, text)), "pip's own words may tell why")
    last = [line for line in lines if re.match(r"\s*(ERROR|error)", line)] or lines
    return "\n".join([
        f"installing stopped at {named[0] if named else 'its first step'}: {reason}.",
        "pip's last words:",
        *(f"  {line.strip()}" for line in last[-6:]),
        "Nothing half-made is kept in use: type the same command again to try anew.",
    ])  # fmt: skip
