"""The virtual environment: Python packages at pinned versions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import cache, console, programs

DEV = Path(__file__).resolve().parents[1]
# The name that PyPI's package has for wkhtmltopdf.
PDF_ENGINE = "wkhtmltopdf-pack"


def environment(for_tests=False):
    """The Python of the virtual environment, made first if it is not there.

    :param for_tests: with pytest and the linters too
    """
    requirements = DEV / "requirements.txt"
    base = Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
    key = cache.digest(requirements.read_text(), sys.version, str(base))
    path = cache.ensure("python", key, lambda path: _make(path, base), _text(base), 5)
    if for_tests:
        _add_test_packages(path)
    return path / "bin" / "python"


def _text(base):
    return f"Python packages for {base.name}"


def _make(path, base):
    """Make the environment; the pip of `base` must be able to fill it."""
    _require_venv()
    with open(cache.log("pip"), "w", encoding="utf-8"):
        pass
    programs.run(
        [base if base.exists() else sys.executable, "-m", "venv", path],
        cache.log("pip"),
        "Python's venv module does not work",
        "install Python's venv module, or put another Python first on the PATH",
    )
    install(path, "-r", DEV / "requirements.txt")
    if (path / "bin" / PDF_ENGINE).exists():
        (path / "bin" / "wkhtmltopdf").symlink_to(PDF_ENGINE)


def _require_venv():
    """The venv module; Debian keeps it in a package of its own."""
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    if not subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode:
        return
    package = f"python3.{sys.version_info[1]}-venv"
    if os.geteuid() or not shutil.which("apt-get"):
        raise console.Failure(
            f"Python 3.{sys.version_info[1]} has no venv module: "
            f"install it first (on Debian and Ubuntu: apt-get install {package})"
        )
    from . import debian

    debian.install(package)


def _add_test_packages(path):
    """Put the test packages into the environment, again if that was cut short."""
    requirements = DEV / "requirements-test.txt"
    stamp = path / f".tests-{cache.digest(requirements.read_text())}"
    if not stamp.exists():
        with cache.locked(), console.step("Python packages for the tests"):
            install(path, "--force-reinstall", "-r", requirements)
            stamp.touch()


def install(path, *what):
    """Let the environment's pip install exactly what is named, no dependencies."""
    programs.run(
        [path / "bin" / "python", "-m", "pip", "install"]
        + ["--no-deps", "--no-compile", *what],
        cache.log("pip"),
        "Python packages were not installed",
        "check the network, or pip's settings",
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )


def install_into(folder, *what):
    """Unpack packages that are programs rather than libraries into a folder."""
    install(environment().parents[1], "--target", folder, *what)
