"""A receipt, a production and a sale made by Odoo itself: the bench multiplies them."""

from odoo.fields import Command

from data import warehouse_of

FAMILIES, CUSTOMERS, VENDORS = 100, 2000, 50
# The products of a family: an ingredient, then a product for each level of production;
# the finished goods come in several.
INGREDIENT, LEVELS, VARIANTS = -1, 4, 4


def create_samples(env):
    """One document of each kind, done.

    :return: `{kind: stock.move}`, the kinds being those of what moves
    """
    env = env(context=dict(env.context, skip_sms=True, skip_backorder=True))
    products = env["product.product"].create(
        [
            {"name": name, "is_storable": True, "tracking": "lot", "list_price": 0}
            for name in ("Bench part", "Bench ingredient", "Bench product")
        ]
    )
    made = products[2]
    lots = env["stock.lot"].create(
        [{"name": "BENCH", "product_id": product.id} for product in products]
    )
    receipts = [_receive(env, lot) for lot in lots[:2]]
    production = _produce(env, lots)
    delivery = _deliver(env, made)
    consumed = production.move_raw_ids
    moves = {
        "receipt": receipts[0].move_ids,
        "raw": consumed.filtered(lambda move: move.product_id == products[0]),
        "ingredient": consumed.filtered(lambda move: move.product_id == products[1]),
        "finished": production.move_finished_ids,
        "delivery": delivery.move_ids,
    }
    for kind, move in moves.items():
        assert move.state == "done" and len(move.move_line_ids) == 1, (kind, move.state)
        assert move.move_line_ids.lot_id in lots, kind
    return moves


def _receive(env, lot):
    warehouse = warehouse_of(env)
    ends = {
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": warehouse.lot_stock_id.id,
    }
    move = {"product_id": lot.product_id.id, "product_uom_qty": 10, **ends}
    picking = env["stock.picking"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Bench vendor"}).id,
            "picking_type_id": warehouse.in_type_id.id,
            "move_ids": [Command.create(move)],
            **ends,
        }
    )
    picking.action_confirm()
    picking.move_ids.move_line_ids.write({"lot_id": lot.id, "quantity": 10})
    picking.move_ids.picked = True
    picking.button_validate()
    return picking


def _produce(env, lots):
    part, ingredient, made = lots.product_id
    production = env["mrp.production"].create(
        {
            "product_id": made.id,
            "product_qty": 10,
            "bom_id": False,
            "move_raw_ids": [
                Command.create({"product_id": product.id, "product_uom_qty": 1})
                for product in (part, ingredient)
            ],
        }
    )
    production.action_confirm()
    production.action_assign()
    production.lot_producing_ids = lots[2]
    production.qty_producing = 10
    production.move_raw_ids.write({"quantity": 1, "picked": True})
    production.button_mark_done()
    return production


def _deliver(env, product):
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Bench customer"}).id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": 2,
                        "price_unit": 0,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }
    )
    order.action_confirm()
    picking = order.picking_ids
    picking.action_assign()
    picking.move_ids.picked = True
    picking.button_validate()
    return picking


def create_partners(env):
    """(customers, vendors)"""

    def create(name, count):
        names = [{"name": f"{name} {number}"} for number in range(count)]
        return env["res.partner"].create(names)

    return create("Customer", CUSTOMERS), create("Vendor", VENDORS)


def create_families(env):
    """`{(family, level, variant): product.product}`"""
    keys = [
        (family, level, variant)
        for family in range(FAMILIES)
        for level in range(INGREDIENT, LEVELS)
        for variant in range(VARIANTS if level == LEVELS - 1 else 1)
    ]
    products = env["product.product"].create(
        [
            {
                "name": f"Product {family}-{level}-{variant}",
                "default_code": f"B{family}-{level}-{variant}",
                "is_storable": True,
                "tracking": "lot",
                "list_price": 0,
            }
            for family, level, variant in keys
        ]
    )
    return dict(zip(keys, products, strict=True))
