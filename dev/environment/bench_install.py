"""Installing on a database full of lots, and what uninstalling leaves behind."""

import statistics
import time

from . import cache, checkout, console, postgres, programs

# Everything that is there by a name of its own. Rows that people made in Odoo's own
# tables with the addon's help (messages on a lot, say) are theirs, and stay.
NAMES = {
    "table": "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S')",
    "column": "SELECT table_name || '.' || column_name || ' ' || data_type "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "index": "SELECT tablename || '.' || indexname FROM pg_indexes "
    "WHERE schemaname = 'public'",
    "constraint": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint "
    "WHERE conrelid <> 0",
    "xmlid": "SELECT module || '.' || name FROM ir_model_data",
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "view": "SELECT COALESCE(key, name) FROM ir_ui_view",
    "menu": "SELECT name ->> 'en_US' FROM ir_ui_menu",
    "action": "SELECT type || ' ' || (name ->> 'en_US') FROM ir_actions",
    "cron": "SELECT cron_name FROM ir_cron",
    "parameter": "SELECT key FROM ir_config_parameter",
    "sequence": "SELECT name FROM ir_sequence",
    "group": "SELECT name ->> 'en_US' FROM res_groups",
    "location": "SELECT complete_name FROM stock_location",
    "operation type": "SELECT name ->> 'en_US' FROM stock_picking_type",
}


def measure(server, lots, rounds, use):
    """Seconds to install (the median, Odoo's start included) and what is left after.

    :param lots: the name of a database without the addon to install in copies of
    :param use: called with the name of a database where the addon is, before it is
        uninstalled there
    :return: seconds, and the names of what came or went as `+ kind name`
    """
    before, seconds = _read_names(server, lots), []
    for number in range(rounds):
        with server.temporary("bench_install", lots) as database:
            seconds.append(_install(server, database, number + 1, rounds))
            if number + 1 == rounds:
                use(database)
                _uninstall(server.odoo, database)
                after = _read_names(server, database)
    return statistics.median(seconds), compare(before, after)


def _install(server, database, number, rounds):
    with console.step(f"install: round {number} of {rounds}"):
        began = time.perf_counter()
        server.install(database, [checkout.ADDON])
        return time.perf_counter() - began


def _uninstall(environment, database):
    log = cache.log("uninstall")
    args = ("module", "uninstall", "-d", database, checkout.ADDON)
    with console.step("uninstall"), open(log, "w", encoding="utf-8") as output:
        done = environment.run(*args, stdout=output, stderr=output)
    if done.returncode:
        raise programs.failure("the addon was not uninstalled", "correct it", log)


def _read_names(server, database):
    """{kind: the names there are}"""
    connection = postgres.connect(server.odoo.settings, database)
    try:
        with connection.cursor() as cursor:
            return {kind: _read(cursor, query) for kind, query in NAMES.items()}
    finally:
        connection.close()


def _read(cursor, query):
    cursor.execute(query)
    return {name for (name,) in cursor.fetchall()}


def compare(before, after):
    """What came and what went, a line each."""
    came = [f"+ {kind} {name}" for kind in NAMES for name in after[kind] - before[kind]]
    went = [f"- {kind} {name}" for kind in NAMES for name in before[kind] - after[kind]]
    return sorted(came) + sorted(went)
