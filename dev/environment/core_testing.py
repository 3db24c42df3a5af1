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
    ours, theirs = _blame(without, with_addon)
    for name in ours:
        console.say(f"  only with the addon: {name}")
    for name in theirs:
        console.say(f"  not ours, fails without the addon too: {name}")
    console.say(
        f"{module}: {sum(with_addon.values())} passed, {len(ours)} fail only with "
        f"the addon, {len(theirs)} fail in both"
    )
    return int(bool(ours or not with_addon))


def _blame(without, with_addon):
    """The names of the tests that fail only with the addon, and of those that fail in
    both.

    One that ran without the addon and does not run with it has failed, and so has one
    that is new and does not pass.
    """
    passed = {name for name, outcome in with_addon.items() if outcome}
    failed = {*without, *with_addon} - passed
    theirs = {name for name in failed if not without.get(name, True)}
    return sorted(failed - theirs), sorted(theirs)


def _without(environment, server, module, tests):
    """{test: whether it passes} without the addon, from the cache if it is there."""
    key = cache.digest(server.base_key("full"), module)
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
            code = testing.run_to_the_end(
                "core", tests.parent, options, environment.environ(), output
            )
    # Anything but "all passed" and "some failed" leaves half a report, or none.
    if code not in (0, 1) or not report.exists():
        report.unlink(missing_ok=True)
        raise console.Failure(f"the tests did not run to their end: see {log}")


def _read(report):
    """{test: whether it passed}, skipped ones left out."""
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if "skipped" not in kinds:
            name = f"{case.get('classname')}.{case.get('name')}"
            outcomes[name] = not kinds & {"failure", "error"}
    return outcomes
