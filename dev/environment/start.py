"""The first step of every command; must parse and run on an old Python.

Finds a Python that will do, makes the virtual environment with it and starts
the command anew in there, so that all other modules may import its packages.
"""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 10), (3, 13)
CANDIDATES = ["python3.12", "python3.11", "python3.10", "python3.13", "python3"]
PROBE = "import sys, venv, ensurepip; print({} <= sys.version_info[:2] <= {})"


def main(command):
    """Run `command` (a name in `commands`) with the process's own arguments."""
    if not _suits():
        _restart_with_another_python()
    from . import console

    with console.one_line_errors():
        _enter_environment(command)
        from . import commands

        sys.exit(commands.run(command, sys.argv[1:]))


def _suits():
    return OLDEST <= sys.version_info[:2] <= NEWEST


def _restart_with_another_python():
    """Run this very command again with a suitable Python of the PATH, or give up."""
    for name in CANDIDATES:
        path = shutil.which(name)
        if path and _probe(path):
            os.execv(path, [path] + sys.argv)
    sys.exit(
        "Python {}.{} cannot run Odoo 19 and no other was found: "
        "put a Python 3.10 to 3.13 with its venv module on the PATH.".format(
            *sys.version_info[:2]
        )
    )


def _probe(path):
    """Whether the Python at `path` is of a version that will do, with venv."""
    probe = PROBE.format(OLDEST, NEWEST)
    try:
        answer = subprocess.check_output([path, "-c", probe], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.strip() == b"True"


def _enter_environment(command):
    """Make the virtual environment and be in it when this returns."""
    from . import packages

    python = packages.environment(for_tests=command in ("test", "lint"))
    if os.path.realpath(sys.prefix) != os.path.realpath(str(python.parent.parent)):
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        os.execve(str(python), [str(python)] + sys.argv, environ)
