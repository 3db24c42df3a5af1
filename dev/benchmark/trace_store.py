"""A big case traced and stored, and the floor: what PostgreSQL must do for it at least.

The floor is the barest recursive query that finds the same lots and delivery lines, and
then the same rows copied, one INSERT a table, into tables of the same columns and
indexes. Those have no foreign keys; `bench_keys_*` have the same ones as ours, for
Odoo gives one to each many2one.
"""

from trace_case import create_case, read, timed
from trace_network import get_seed

from odoo.tools import SQL

LOTS = 10_000
TABLES = ("affected", "link", "exposure")


def set_up(env):
    for table in TABLES:
        for kind in ("floor", "keys"):
            env.cr.execute(
                f"CREATE TABLE IF NOT EXISTS bench_{kind}_{table} "
                f"(LIKE recall_{table} INCLUDING ALL)"
            )
        env.cr.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = %s::regclass",
            [f"recall_{table}"],
        )
        for (definition,) in env.cr.fetchall():
            env.cr.execute(f"ALTER TABLE bench_keys_{table} ADD {definition}")


def run_round(env):
    figures = {}
    case = create_case(env, LOTS)
    with timed(env, figures, "trace"):
        case.action_trace()
    seed = get_seed(env, LOTS)
    with timed(env, figures, "read"):
        read(env, seed)
    with timed(env, figures, "floor read"):
        env.cr.execute(
            SQL("SELECT count(lot_id), count(line_id) FROM (%s) f", _find(env, seed))
        )
    for kind in ("floor", "keys"):
        with timed(env, figures, f"{kind} stored"):
            for table in TABLES:
                env.cr.execute(
                    f"INSERT INTO bench_{kind}_{table} "
                    f"SELECT * FROM recall_{table} WHERE case_id = %s",
                    [case.id],
                )
    _check(env, case, seed)
    return figures


def _find(env, seed):
    """The lots that contain the seed, each with its deliveries."""
    return SQL(
        """
        WITH RECURSIVE reached(lot_id) AS (
            SELECT %(seed)s
             UNION
            SELECT made.lot_id
              FROM reached
              JOIN stock_move_line used ON used.lot_id = reached.lot_id
              JOIN stock_move_line_consume_rel rel ON rel.produce_line_id = used.id
              JOIN stock_move_line made ON made.id = rel.consume_line_id
        )
        SELECT reached.lot_id, line.id AS line_id
          FROM reached
          LEFT JOIN stock_move_line line ON line.lot_id = reached.lot_id
           AND line.location_dest_id = %(customers)s AND line.state = 'done'
        """,
        seed=seed.id,
        customers=env.ref("stock.stock_location_customers").id,
    )


def _check(env, case, seed):
    """The floor finds what the case stores."""
    found = env.execute_query(_find(env, seed))
    assert {lot for lot, _line in found} == set(case.affected_ids.lot_id.ids)
    lines = {line for _lot, line in found if line}
    assert lines == set(case.exposure_ids.move_line_id.ids)
    assert len(case.affected_ids) == LOTS, len(case.affected_ids)
    assert len(case.exposure_ids) == 5 * LOTS, len(case.exposure_ids)
