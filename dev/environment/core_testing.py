"""Odoo's own tests, with the addon and without it: what breaks only with it is ours."""

import xml.etree.ElementTree as ElementTree

from . import cache, checkout, console, databases, odoo, testing, tools

MODULES = (
    "stock",
    "sale_stock",
    "mrp",
    "purchase_stock",
    "repair",
    "stock_picking_batch",
)


def run(modules):
    """Run the tests of Odoo's modules, all of them by default; returns an exit code.

    What they do without the addon is kept, as it depends on Odoo's version alone.
    """
    if unknown := set(modules) - set(MODULES):
        raise console.Failure(
            f"--core tests {', '.join(MODULES)}: not {', '.join(sorted(unknown))}"
        )
    environment = checkout.Odoo()
    tools.browser()
    server = databases.Databases(environment)
    codes = [_compare(environment, server, name) for name in modules or MODULES]
    return max(codes)


def _compare(environment, server, module):
    tests = odoo.module_folder(environment.root, module) / "tests"
    without = _without(environment, server, module, tests)
    with_addon = _outcomes(environment, server, module, tests, server.template("full"))
    broken = sorted(
        name
        for name, passed in with_addon.items()
        if not passed and without.get(name, True)
    )
    missing = sorted(name for name in without if name not in with_addon)
    for name in (*broken, *missing):
        console.say(f"  only with the addon: {name}")
    theirs = sum(not passed for passed in without.values())
    console.say(
        f"{module}: {sum(with_addon.values())} passed, {len(broken)} fail only with "
        f"the addon, {theirs} fail without it"
    )
    return int(bool(broken or missing or not with_addon))


def _without(environment, server, module, tests):
    """{test: whether it passes} without the addon, from the cache if it is there."""
    key = cache.digest(odoo.version(environment.root), module)
    kept = cache.folder() / "core"
    kept.mkdir(exist_ok=True)
    report = kept / f"{module}-{key}.xml"
    if not report.exists():
        making = report.with_suffix(".making")
        with console.step(f"{module} without the addon"):
            _run(environment, server, tests, server.base("full"), making)
        making.rename(report)
    return _read(report)


def _outcomes(environment, server, module, tests, template):
    report = checkout.folder() / f"core-{module}.xml"
    with console.step(f"{module} with the addon"):
        _run(environment, server, tests, template, report)
    return _read(report)


def _run(environment, server, tests, template, report):
    """Run the tests of one module in a fresh copy of a template."""
    report.unlink(missing_ok=True)
    with server.temporary("core", template) as database:
        log = cache.log(f"core-{tests.parent.name}")
        with open(log, "wb") as output:
            options = [f"--odoo-database={database}", "--odoo-http", "-q"]
            options += [f"--junit-xml={report}", str(tests)]
            testing.start(
                "core", tests.parent, options, environment.environ(), output
            ).wait()
    if not report.exists():
        raise console.Failure(f"the tests did not run: see {log}")


def _read(report):
    """{test: whether it passed}, skipped ones left out."""
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if "skipped" not in kinds:
            name = f"{case.get('classname')}.{case.get('name')}"
            outcomes[name] = not kinds & {"failure", "error"}
    return outcomes
