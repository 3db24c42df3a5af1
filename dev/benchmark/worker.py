"""One side of a comparison: sets up its database, then runs a round for each line it
reads, and answers with the figures as JSON. Every round is undone."""

import importlib
import json
import sys
import warnings

warnings.simplefilter("ignore")


def main(database, script, options):
    import odoo
    from odoo.modules.registry import Registry
    from odoo.tools import config

    answers, sys.stdout = sys.stdout, sys.stderr
    config.parse_config(["-d", database, "--log-level=error", "--no-http"])
    registry = Registry(database)
    bench = importlib.import_module(script)
    with registry.cursor() as cr:
        bench.set_up(odoo.api.Environment(cr, odoo.SUPERUSER_ID, {}), **options)
    with registry.cursor() as cr:
        # as the daily vacuum would: plans for the data that is there now
        cr.execute("ANALYZE")
    _answer(answers, {})
    for _line in sys.stdin:
        with registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            _answer(answers, bench.run_round(env))
            cr.rollback()


def _answer(answers, figures):
    answers.write(json.dumps(figures) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
