"""What README says of tests is there."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from environment import checkout

TESTS = checkout.ROOT / "tests"
SOURCES = {path.name: path.read_text() for path in TESTS.glob("test_*.py")}
# The short names of the table.
SHORT = {"more": "test_hold_more_paths.py"}


def _source(word):
    """The source of a file that the table names, by its name or a short one."""
    return SOURCES.get(SHORT.get(word, word)) or SOURCES.get(f"test_hold_{word}.py")


def _named():
    """(file, test) of all in the table of paths."""
    readme = (checkout.ROOT / "README.md").read_text()
    table = readme.partition("| path | how it ends | test |")[2].partition("\n\n")[0]
    for row in table.splitlines()[2:]:
        file = None
        for word in re.findall(r"[\w.*]+", row.split("|")[3]):
            if _source(word):
                file = word
            else:
                yield file, word


def test_each_path_names_tests_that_exist():
    named = list(_named())
    assert len(named) > 100
    missing = []
    for file, word in named:
        names = [name.replace("*", r"\w*") for name in word.split(".")]
        patterns = [rf"^ *(def|class) {name}\b" for name in names]
        source = _source(file) or ""
        if not all(re.search(pattern, source, re.MULTILINE) for pattern in patterns):
            missing.append((file, word))
    assert not missing
