"""Odoo 19 itself: the one that a person names, or Debian's package."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import cache, console, debian

PACKAGES = [
    "odoo-19",
    # what Debian's package links to instead of shipping it
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-montserrat",
]
# Debian may not ship this library; without any file in its place every page of
# the backend logs an error, and each browser tour fails because of that line.
MISSING = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def root():
    """The folder that holds Odoo's Python package `odoo`."""
    named = os.environ.get("STOCK_RECALL_ODOO")
    if named:
        return _named(Path(named).expanduser().absolute())
    key = cache.digest(PACKAGES, MISSING)
    return _packages(cache.ensure("odoo", key, _fetch, "Odoo 19 from Debian", 4))


def version(root):
    """What tells this Odoo from another: its version, and its commit or package."""
    release = (root / "odoo" / "release.py").read_text()
    series = re.search(r"^version_info = \((.+)\)", release, re.MULTILINE).group(1)
    note = root.parents[3] / "versions" if len(root.parts) > 4 else Path("-")
    if note.exists():
        return series, note.read_text()
    head = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        commit = subprocess.run(head, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return series, str(root)
    return series, str(root), commit.stdout.strip()


def module_folder(root, module):
    """The folder of one of Odoo's own modules."""
    folders = [root / "odoo" / "addons", *addons_folders(root)]
    return next(path / module for path in folders if (path / module).is_dir())


def addons_folders(root):
    """The addons folders beside the package, as a source checkout has them."""
    return [root / "addons"] if (root / "addons").is_dir() else []


def _named(path):
    """Check the Odoo that the person named."""
    for folder in (path, path.parent):
        release = folder / "odoo" / "release.py"
        if not release.is_file():
            continue
        if "version_info = (19, 0" not in release.read_text():
            raise console.Failure(
                f"STOCK_RECALL_ODOO names {path}, which is not Odoo 19: "
                "name another one, or unset it to have one downloaded"
            )
        return folder
    raise console.Failure(
        f"STOCK_RECALL_ODOO names {path}, where no Odoo is: name the folder that "
        "holds odoo-bin or the package odoo, or unset it to have one downloaded"
    )


def _packages(path):
    return path / "usr" / "lib" / "python3" / "dist-packages"


def _fetch(path):
    """Get Debian's package into a folder and put in what it lacks."""
    versions = debian.fetch(PACKAGES, path)
    library = _packages(path) / "odoo" / "addons" / MISSING
    library.parent.mkdir(parents=True, exist_ok=True)
    library.write_text("// left out by Debian\n")
    shutil.rmtree(path / "usr" / "share" / "doc", ignore_errors=True)
    (path / "versions").write_text(repr(sorted(versions.items())))
