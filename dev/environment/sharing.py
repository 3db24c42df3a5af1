"""pytest's plugin for a suite that several runs share: each takes the next module that
no other has taken.

A module that nobody has taken waits as a file of its name in a folder; who removes that
file runs the module.
"""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest

# What names the folder; without it everything is run.
VARIABLE = "STOCK_RECALL_WAITING"


@contextlib.contextmanager
def waiting(modules):
    """A folder in which these modules wait."""
    with tempfile.TemporaryDirectory(prefix="stock_recall-") as name:
        for module in modules:
            Path(name, module.name).touch()
        yield Path(name)


class Share:
    def __init__(self, folder):
        self.folder = folder
        self.taken = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Leave a test of somebody else's module alone."""
        return None if self._takes(item.path.name) else True

    def _takes(self, module):
        if module not in self.taken:
            self.taken[module] = self._take(module)
        return self.taken[module]

    def _take(self, module):
        try:
            Path(self.folder, module).unlink()
        except FileNotFoundError:
            return False
        return True


def pytest_configure(config):
    if os.environ.get(VARIABLE):
        config.pluginmanager.register(Share(os.environ[VARIABLE]))
