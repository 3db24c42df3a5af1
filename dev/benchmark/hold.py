"""A big hold: 10,000 lots, 30,000 quants, 5,000 open reservations."""

import time
from unittest.mock import patch

from odoo.fields import Command
from odoo.tools import split_every

from data import create_products, warehouse_of

PRODUCTS, LOTS, PLACES, DELIVERIES, LINES = 50, 10_000, 3, 500, 10
# Reservations of a turn: breaking and unreserving them take turns of a few seconds, as
# the machine is faster now and slower then.
TURN = 500


def set_up(env):
    products = create_products(env, PRODUCTS)
    warehouse = warehouse_of(env)
    places = env["stock.location"].create(
        [
            {"name": f"Shelf {number}", "location_id": warehouse.lot_stock_id.id}
            for number in range(PLACES)
        ]
    )
    lots = env["stock.lot"].create(
        [
            {"name": f"L{number}", "product_id": products[number % PRODUCTS].id}
            for number in range(LOTS)
        ]
    )
    env.flush_all()
    _insert_quants(env, lots, places)
    _reserve(env, products, warehouse)
    case = env["recall.case"].create(
        {
            "title": "Bench",
            "scope_ids": [
                Command.create(
                    {"kind": "product", "product_ids": [Command.set(products.ids)]}
                )
            ],
        }
    )
    case.action_trace()
    assert len(case.affected_ids.lot_id) == LOTS, len(case.affected_ids)


def _insert_quants(env, lots, places):
    env.cr.execute(
        """
        INSERT INTO stock_quant (
            product_id, company_id, location_id, lot_id, quantity, reserved_quantity,
            in_date
        )
        SELECT lot.product_id, %s, place, lot.id, 10, 0, now()
          FROM stock_lot lot, unnest(%s) AS place
         WHERE lot.id = ANY(%s)
        """,
        (env.company.id, places.ids, lots.ids),
    )
    env.invalidate_all()


def _reserve(env, products, warehouse):
    """Deliveries of ten products each, which take a lot from a shelf for each."""
    ends = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    pickings = env["stock.picking"].create(
        [
            {
                "picking_type_id": warehouse.out_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": products[(number + line) % PRODUCTS].id,
                            "product_uom_qty": 10,
                            **ends,
                        }
                    )
                    for line in range(LINES)
                ],
                **ends,
            }
            for number in range(DELIVERIES)
        ]
    )
    pickings.action_confirm()
    pickings.action_assign()


def run_round(env):
    lines = env["stock.move.line"].search(
        [("state", "=", "assigned"), ("product_id.name", "=like", "Bench %")],
        order="move_id, id",
    )
    assert len(lines) == DELIVERIES * LINES, len(lines)
    case = env["recall.case"].search([("title", "=", "Bench")])
    return [
        _take_turn(env, case, its, lines - its)
        for its in split_every(TURN, lines.ids, lines.browse)
    ]


def _take_turn(env, case, lines, others):
    figures = {}
    with _Undone(env), _Timer(figures, "unreserve"):
        lines.move_id._do_unreserve()
        env.cr.flush()
    with _Undone(env):
        with _Timer(figures, "hold") as hold, _closing(env, figures, hold):
            case.action_hold()
            env.cr.flush()  # as a commit would, with what waits for it
        assert len(case.hold_ids) == LOTS, len(case.hold_ids)
        left_out = set(others.ids)
        with _Timer(figures, "settle"):
            while env["recall.hold"]._settle(left_out):
                env.cr.flush()
            env.cr.flush()
        assert not lines.exists().filtered("quantity"), "reservations are left"
    return figures


def _closing(env, figures, timer):
    """Note when the gates are closed: from then on nothing passes, as who ships waits
    for the commit, and is refused after it."""
    gates = env.registry["recall.hold.gate"]
    close = gates._close

    def note(gate, products):
        close(gate, products)
        figures["close"] = time.perf_counter() - timer.began

    return patch.object(gates, "_close", note)


class _Timer:
    def __init__(self, figures, name):
        self.figures, self.name = figures, name

    def __enter__(self):
        self.began = time.perf_counter()
        return self

    def __exit__(self, *error):
        self.figures[self.name] = time.perf_counter() - self.began


class _Undone:
    """A part of a round that leaves nothing behind."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.savepoint = self.env.cr.savepoint(flush=True)

    def __exit__(self, *error):
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.env.invalidate_all(flush=False)
