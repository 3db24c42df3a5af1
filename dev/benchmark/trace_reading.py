"""Lots and deliveries read, by the trace and by Odoo's own walk from lot to lot.

Odoo's walk has no index on lots by itself: for that the addon's is away.
"""

from trace_case import read, timed
from trace_network import get_seed

SIZES, WITHOUT = (100, 1000, 10_000), (100, 10_000)


def set_up(env):
    pass


def run_round(env):
    figures, known = {}, {}
    for lots in SIZES:
        seed = get_seed(env, lots)
        with timed(env, figures, f"{lots} ours"):
            reached, exposures = read(env, seed)
        with timed(env, figures, f"{lots} with"):
            walked = seed._find_delivery_ids_by_lot_iterative()
        deliveries = {row["picking_id"] for row in exposures}
        known[lots] = len(reached), len(deliveries)
        assert len(reached) == lots and len(exposures) == 5 * lots
        assert set(walked) == reached and set(walked[seed.id]) == deliveries
    with env.cr.savepoint(flush=False) as savepoint:
        _drop_index(env.cr)
        for lots in WITHOUT:
            seed = get_seed(env, lots)
            with timed(env, figures, f"{lots} without"):
                walked = seed._find_delivery_ids_by_lot_iterative()
            assert (len(walked), len(walked[seed.id])) == known[lots]
        savepoint.rollback()
    return figures


def _drop_index(cr):
    cr.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'stock_move_line' "
        "AND indexdef LIKE '%%(lot_id)%%'"
    )
    names = [name for (name,) in cr.fetchall()]
    assert names == ["stock_move_line_recall_lot_index"], names
    cr.execute(f"DROP INDEX {names[0]}")
