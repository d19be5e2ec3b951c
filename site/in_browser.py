"""Python in the browser: Pyodide with this package in its lock file, JupyterLite, and the page to try."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canonical

__all__ = ["build_lite", "build_python", "build_try"]

HERE = Path(__file__).parent
PROJECT = HERE.parent
CORE = ("pyodide.mjs", "pyodide.asm.*", "python_stdlib.zip")
HERE_TOO = ("numpy", "matplotlib")  # where the distribution has them
TRIED = ("traitlets", "graphviz", "backprop-nb")  # all that the page to try unpacks
BROWSER = {"sys_platform": "emscripten", "python_version": "3.14", "python_full_version": "3.14.2",
           "platform_system": "Emscripten", "os_name": "posix", "extra": ""}  # fmt: skip
CACHE = PROJECT / "build" / "wheels"
LOCAL = "+browser"  # after the version, as the wheel lacks the notebooks


def build_python(modules, out, scratch, place=None):
    """The folder ``python`` of the site: Pyodide, wheels, and the lock file that names them.

    modules: folder of what npm brought
    scratch: a folder that is thrown away
    place:   a folder with a whole Pyodide, the address of one, or None for npm's, which has no packages
    returns: {name: file} of the wheels
    """
    python = out / "python"
    python.mkdir(parents=True, exist_ok=True)
    address = place.rstrip("/") + "/" if place and "://" in place else None
    source = Path(place) if place and not address else modules / "pyodide"
    for pattern in () if address else CORE:
        for file in source.glob(pattern):
            shutil.copy(file, python)
    shutil.copy(modules / "@viz-js/viz/dist/viz.js", python)
    starting = (HERE / "try/python.mjs").read_text(encoding="utf-8")
    starting = starting.replace('"./"', json.dumps(address or "./"))
    (python / "python.mjs").write_text(starting, encoding="utf-8")
    wheels = {name_of(file): file for file in [*fetch_wheels(), make_wheel(scratch)]}
    lock = json.loads((source / "pyodide-lock.json").read_text(encoding="utf-8"))
    packages = {canonical(name): package for name, package in lock["packages"].items()}
    kept = close_over(["micropip", *HERE_TOO], packages) - wheels.keys()
    kept = {name for name in kept if address or (source / packages[name]["file_name"]).exists()}
    for name in kept:
        package = packages[name]
        package["depends"] = [canonical(other) for other in package["depends"]]
        if address:
            package["file_name"] = address + package["file_name"]
        else:
            shutil.copy(source / package["file_name"], python)
    there = kept | wheels.keys()
    entries = {name: packages[name] for name in kept}
    for name, file in wheels.items():
        shutil.copy(file, python)
        entries[name] = describe_wheel(name, file, there)
    lock["packages"] = entries
    (python / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return wheels


def close_over(names, packages):
    """These packages and all that they depend on."""
    found, waiting = set(), [name for name in names if name in packages]
    while waiting:
        if (name := canonical(waiting.pop())) not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return found


def fetch_wheels():
    """The wheels of wheels.txt, from the cache, or by pip."""
    wanted = HERE / "wheels.txt"
    folder = CACHE / hashlib.sha256(wanted.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        pure = "--only-binary=:all: --platform any --implementation py --abi none --python-version 3.14"
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--require-hashes", *pure.split(), "-r", wanted, "-d", part], check=True)
        part.rename(folder)
    return sorted(folder.glob("*.whl"))


def make_wheel(scratch):
    """This package as a wheel with a local version of its own, without the notebooks: half of its bytes."""
    source = scratch / "wheel"
    no_cache = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "backprop_nb", source / "backprop_nb", ignore=no_cache)
    for name in ("LICENSE", "README.md"):
        shutil.copy(PROJECT / name, source)
    settings = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    version = settings.partition('version = "')[2].partition('"')[0]
    own = settings.replace(f'version = "{version}"', f'version = "{version}{LOCAL}"')
    own = own.replace('["backprop_nb", "notebooks"]', '["backprop_nb"]')
    (source / "pyproject.toml").write_text(own, encoding="utf-8")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = (source / "dist").glob("*.whl")
    return made


def name_of(file):
    return canonical(file.name.partition("-")[0])


def describe_wheel(name, file, there):
    """A wheel as an entry of Pyodide's lock file, depending on what is ``there``."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        metadata = next(each for each in names if each.endswith(".dist-info/METADATA"))
        about = Parser().parsestr(archive.read(metadata).decode())
    asked = map(Requirement, about.get_all("Requires-Dist", []))
    needs = {canonical(it.name) for it in asked if not it.marker or it.marker.evaluate(BROWSER)}
    tops = {each.partition("/")[0] for each in names if ".dist-info/" not in each and ".data/" not in each}
    return {
        "name": name, "version": about["Version"], "file_name": file.name, "install_dir": "site",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "package_type": "package",
        "imports": sorted(top.removesuffix(".py") for top in tops), "depends": sorted(needs & there),
        "unvendored_tests": False,
    }  # fmt: skip


def build_try(wheels, out):
    """try.html, its scripts, and one archive of the Python that it needs."""
    for name in ("try.html", "try.js", "worker.js", "try.css"):
        shutil.copy(HERE / "try" / name, out)
    with zipfile.ZipFile(out / "python" / "try.zip", "w", zipfile.ZIP_DEFLATED) as whole:
        for name in ("anywidget.py", "trying.py"):
            whole.write(HERE / "try" / name, name)
        for name in TRIED:
            with zipfile.ZipFile(wheels[name]) as wheel:
                for each in wheel.namelist():
                    whole.writestr(each, wheel.read(each))


def build_lite(out, scratch):
    """JupyterLite under live/, on that Pyodide, with the notebooks."""
    live = out / "live"
    shutil.rmtree(live, ignore_errors=True)
    work = scratch / "lite"
    work.mkdir()
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--contents", PROJECT / "notebooks",
               "--output-dir", live, "--apps", "lab", "--apps", "notebooks",
               "--no-unused-shared-packages", "--no-sourcemaps"]  # fmt: skip
    done = subprocess.run(command, cwd=work, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"JupyterLite was not built:\n{(done.stdout + done.stderr)[-2000:]}")
    place = live / "jupyter-lite.json"
    config = json.loads(place.read_text(encoding="utf-8"))
    plugins = config["jupyter-config-data"].setdefault("litePluginSettings", {})
    kernel = plugins.setdefault("@jupyterlite/pyodide-kernel-extension:kernel", {})
    kernel |= {"pyodideUrl": "./../python/python.mjs", "disablePyPIFallback": True}
    place.write_text(json.dumps(config), encoding="utf-8")
