"""The linters, with the settings of the OCA for Odoo 19; each sees the whole addon."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from . import checkout, console, packages, tools

PRETTY = (".xml", ".js", ".css", ".scss", ".json", ".yml", ".yaml")
# Scripts without a suffix, which ruff does not find by itself.
SCRIPTS = [f"dev/{name}" for name in ("bench", "db", "demo", "lint", "odoo", "test")]


def run(fix=False):
    """Run every linter at once, show what each found; returns an exit code.

    :param fix: let the formatters rewrite the files
    """
    modules, environ = tools.node_modules()
    jobs = {**_python_jobs(fix), **_node_jobs(modules, fix)}
    with ThreadPoolExecutor() as pool:
        results = pool.map(lambda name: _run(name, jobs[name], environ), jobs)
        return max(results)


def _run(name, args, environ):
    """Run one linter and print its findings in one piece."""
    began = time.monotonic()
    done = subprocess.run(
        list(map(str, args)),
        cwd=checkout.ROOT,
        env=environ,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    verdict = "failed" if done.returncode else "ok"
    findings = f"{done.stdout.rstrip()}\n" if done.returncode else ""
    console.say(f"{findings}  {name}: {verdict}, {time.monotonic() - began:.1f} s")
    return int(done.returncode != 0)


def _python_jobs(fix):
    """The command lines of the linters that come from PyPI."""
    programs = packages.environment().parent
    check, form = (["--fix"], []) if fix else ([], ["--check"])
    return {
        "ruff check": [programs / "ruff", "check", "--quiet", *check, ".", *SCRIPTS],
        "ruff format": [programs / "ruff", "format", *form, ".", *SCRIPTS],
        "pylint-odoo": [programs / "pylint", "--rcfile=.pylintrc", "--jobs=2", "."],
    }


def _node_jobs(modules, fix):
    """The command lines of the linters that come from npm, where they have files."""
    files = [
        str(path.relative_to(checkout.ROOT))
        for path in sorted(checkout.files(checkout.ROOT))
        if "lib" not in path.parts
    ]
    pretty = [name for name in files if name.endswith(PRETTY)]
    scripts = [name for name in files if name.endswith((".js", ".cjs"))]
    plugin = modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"
    write, repair = ("--write", ["--fix"]) if fix else ("--check", [])
    jobs = {
        "prettier": [modules / ".bin" / "prettier", write, "--log-level=warn"]
        + [f"--plugin={plugin}", *pretty],
        "eslint": [modules / ".bin" / "eslint", *repair, *scripts],
    }
    return {name: args for name, args in jobs.items() if args[-1] in files}
