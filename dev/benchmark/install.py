"""A database full of lots, before the addon is there; and the addon in use in it."""

from odoo.fields import Command

from data import create_products, warehouse_of

PRODUCTS, LOTS = 100, 100_000


def set_up(env, lots=LOTS):
    """Lots in stock, each with the line that received it; none for a database that has
    them already."""
    if not lots:
        return
    products = create_products(env, PRODUCTS)
    warehouse = warehouse_of(env)
    moves = env["stock.move"].create(
        [
            {
                "product_id": product.id,
                "product_uom_qty": 10 * lots / PRODUCTS,
                "location_id": env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
            }
            for product in products
        ]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE stock_move SET state = 'done' WHERE id = ANY(%s)", [moves.ids]
    )
    _insert_lots(env.cr, moves, lots)
    _insert_lines(env.cr, moves)
    _insert_quants(env.cr, moves)
    env.invalidate_all(flush=False)


def _insert_lots(cr, moves, lots):
    cr.execute(
        """
        INSERT INTO stock_lot (name, product_id, company_id, create_date, write_date)
        SELECT 'L' || number, move.product_id, move.company_id, now(), now()
          FROM stock_move move, generate_series(1, %s) AS number
         WHERE move.id = ANY(%s)
        """,
        [lots // len(moves), moves.ids],
    )


def _insert_lines(cr, moves):
    cr.execute(
        """
        INSERT INTO stock_move_line (
            move_id, product_id, product_uom_id, company_id, lot_id, location_id,
            location_dest_id, quantity, quantity_product_uom, picked, state, date
        )
        SELECT move.id, move.product_id, move.product_uom, move.company_id, lot.id,
               move.location_id, move.location_dest_id, 10, 10, true, 'done', now()
          FROM stock_move move
          JOIN stock_lot lot ON lot.product_id = move.product_id
         WHERE move.id = ANY(%s)
        """,
        [moves.ids],
    )


def _insert_quants(cr, moves):
    cr.execute(
        """
        INSERT INTO stock_quant (
            product_id, company_id, location_id, lot_id, quantity, reserved_quantity,
            in_date
        )
        SELECT lot.product_id, move.company_id, move.location_dest_id, lot.id, 10, 0,
               now()
          FROM stock_move move
          JOIN stock_lot lot ON lot.product_id = move.product_id
         WHERE move.id = ANY(%s)
        """,
        [moves.ids],
    )


def run_round(env):
    """Use the addon, so that there is something to remove: a case and its holds."""
    product = env["product.product"].search([("name", "=", "Bench 0")])
    scope = {"kind": "product", "product_ids": [Command.set(product.ids)]}
    case = env["recall.case"].create(
        {"title": "Bench", "scope_ids": [Command.create(scope)]}
    )
    case.action_trace()
    case.action_hold()
    env.cr.commit()
    return {"holds": len(case.hold_ids)}
