"""Deliveries of lots, as on any day."""

import time

from odoo.fields import Command

from data import create_products, warehouse_of

DELIVERIES, LINES, LOTS, OTHERS = 2, 10, 20, 1000


def set_up(env, is_held=False, again=False):
    if again:
        run_round(env)  # warms the caches
        env.cr.rollback()
        return
    products = create_products(env, LINES)
    stock = warehouse_of(env).lot_stock_id
    lots = env["stock.lot"].create(
        [
            {"name": f"L{number}", "product_id": product.id}
            for product in products
            for number in range(LOTS)
        ]
    )
    env["stock.quant"].with_context(inventory_mode=True).create(
        [
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": stock.id,
                "inventory_quantity": 100,
            }
            for lot in lots
        ]
    ).action_apply_inventory()
    others = env["stock.lot"].create(
        [
            {"name": f"H{number}", "product_id": products[number % LINES].id}
            for number in range(OTHERS)
        ]
    )
    if is_held:
        env["recall.hold"]._place(others, "Bench")


def run_round(env):
    products = env["product.product"].search([("name", "=like", "Bench %")])
    pickings = _deliveries(env, products)
    env.flush_all()
    env.invalidate_all()
    clock = _Clock(env.cr)
    pickings.action_confirm()
    clock.lap("confirm")
    pickings.action_assign()
    clock.lap("reserve")
    pickings.move_ids.picked = True
    pickings.with_context(skip_sms=True).button_validate()
    clock.lap("validate")
    assert set(pickings.mapped("state")) == {"done"}, pickings.mapped("state")
    return {"seconds": sum(clock.seconds.values()), "queries": clock.queries}


class _Clock:
    """Seconds and queries of each phase, with what it leaves to be written."""

    def __init__(self, cr):
        self.cr = cr
        self.seconds, self.queries = {}, {}
        self._start()

    def _start(self):
        self.began, self.count = time.perf_counter(), self.cr.sql_log_count

    def lap(self, name):
        self.cr.flush()
        self.seconds[name] = time.perf_counter() - self.began
        self.queries[name] = self.cr.sql_log_count - self.count
        self._start()


def _deliveries(env, products):
    warehouse = warehouse_of(env)
    target = env.ref("stock.stock_location_customers")
    ends = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": target.id,
    }
    moves = [
        Command.create({"product_id": product.id, "product_uom_qty": 7, **ends})
        for product in products
    ]
    vals = {"picking_type_id": warehouse.out_type_id.id, "move_ids": moves, **ends}
    # a dict of its own for each: Odoo writes into it
    return env["stock.picking"].create([dict(vals) for _number in range(DELIVERIES)])
