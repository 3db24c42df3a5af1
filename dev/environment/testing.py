"""The suite: linters, the environment's own tests, then each flavour of database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from . import checkout, console, databases, linting, packages, tools

NOTHING_SELECTED = 5
PATIENCE_SECONDS = 30


def run(args):
    """Run everything, going on after a failure; returns an exit code.

    pytest's closing line for the last flavour is the last line printed.
    """
    flavours, with_lint, args = _options(args)
    environment = checkout.Odoo()
    tools.browser()
    tools.pdf_engine()
    results = {"lint": linting.run()} if with_lint else {}
    if with_lint and not args:
        results["environment"] = _test_environment()
    for flavour in flavours:
        _report(results)
        console.say(f"== {flavour} ==")
        results[flavour] = _test_addon(environment, flavour, args)
    return _verdict(results, flavours)


def _options(args):
    """Take this command's own options out of the arguments for pytest."""
    args, flavours, with_lint = list(args), databases.FLAVOURS, True
    if "--no-lint" in args:
        args.remove("--no-lint")
        with_lint = False
    if "--flavour" in args:
        index = args.index("--flavour")
        flavours = tuple(args[index + 1 : index + 2])
        if not set(flavours) <= set(databases.FLAVOURS) or not flavours:
            raise console.Failure("--flavour is minimal or full: name one of them")
        del args[index : index + 2]
    return flavours, with_lint, args


def _report(results):
    """Remind of what failed so far: the output that follows may hide it."""
    for name, code in results.items():
        if code not in (0, NOTHING_SELECTED):
            console.say(f"{name} failed: see above")


def _verdict(results, flavours):
    """Zero when all went well and at least one flavour ran something."""
    codes = [results[flavour] for flavour in flavours]
    if all(code == NOTHING_SELECTED for code in codes):
        return NOTHING_SELECTED
    return int(any(code not in (0, NOTHING_SELECTED) for code in results.values()))


def _test_environment():
    """The environment's own tests, which need no Odoo."""
    folder = packages.DEV / "tests"
    if not folder.is_dir():
        return 0
    command = [packages.environment(), "-m", "pytest", "-q", "--durations=1"]
    # Without the cut pytest would import the checkout's root, which wants Odoo.
    command += ["-p", "no:odoo", f"--confcutdir={folder}", f"--rootdir={folder}"]
    command += [f"--config-file={folder.parents[1] / 'pyproject.toml'}", folder]
    return _pytest(command, os.environ)


def _test_addon(environment, flavour, args):
    """The addon's tests on a fresh database of one flavour."""
    addon = checkout.addon()
    with databases.Databases(environment).temporary(flavour) as name:
        command = [packages.environment(), "-m", "pytest"]
        command += [f"--rootdir={addon}", f"--config-file={addon / 'pyproject.toml'}"]
        command += [f"--odoo-database={name}", "--odoo-http", *_paths(addon, args)]
        return _pytest(command, environment.environ())


def _pytest(command, environ):
    """Run pytest, keeping what it remembers out of the checkout."""
    kept = checkout.folder() / "pytest"
    command = [*command, "-o", f"cache_dir={kept}"]
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=checkout.addon().parent,
        env={**environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(kept / "hypothesis")},
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        _let_pytest_end(process)
        raise


def _let_pytest_end(process):
    """Let an interrupted pytest close its browser and its server."""
    if not sys.stdin.isatty():  # else the terminal has interrupted it as well
        process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _paths(addon, args):
    """pytest's arguments, with paths in the checkout as Odoo imports them.

    Without any path it is the addon's whole `tests` folder.
    """
    mapped = [_path(addon, arg) for arg in args]
    return mapped if mapped != args else [*args, str(addon / "tests")]


def _path(addon, arg):
    file, colons, test = arg.partition("::")
    path = Path(file) if Path(file).exists() else checkout.ROOT / file
    path = path.resolve()
    if arg.startswith("-") or not path.exists() or checkout.ROOT not in path.parents:
        return arg
    return f"{addon / path.relative_to(checkout.ROOT)}{colons}{test}"
