"""What happens between the warehouses, and on the shelves."""

from .world import finish


def ship_to_centre(world, goods):
    """Send goods from the factory to the distribution centre.

    :param goods: list of (product, quantity, lot name)
    :return: the transfer that is on its way now, to be received by :func:`arrive`
    """
    out = _order_transfer(world, goods)
    picks = {}
    for product, quantity, lot in goods:
        picks.setdefault(product, []).append((lot, quantity))
    world.take(out.move_ids, picks)
    finish(out)
    return out.move_ids.move_dest_ids.picking_id


def arrive(world, transfer):
    """Receive a transfer in the distribution centre."""
    finish(transfer)
    world.step()


def relabel(world, product, warehouse, lot, new_lot, quantity):
    """Correct a count twice: less of one lot, as much of another one, which is the
    way in which people give goods another number."""
    place = world.warehouses[warehouse].lot_stock_id
    left = world.on_hand(product, place, lot) - quantity
    count(world, product, warehouse, lot, left)
    world.step(15)
    world.lot(product, new_lot)
    count(world, product, warehouse, new_lot, quantity)


def count(world, product, warehouse, lot, quantity):
    """Count a lot in the stock of a warehouse and book what was found."""
    quant = (
        world.model("stock.quant")
        .with_context(inventory_mode=True)
        .create(
            {
                "product_id": world.products[product].id,
                "lot_id": world.lot(product, lot).id,
                "location_id": world.warehouses[warehouse].lot_stock_id.id,
                "inventory_quantity": quantity,
            }
        )
    )
    quant.action_apply_inventory()
    world.step()


def scrap(world, product, warehouse, lot, quantity):
    """Throw some of a lot away."""
    scrap_order = world.model("stock.scrap").create(
        {
            "product_id": world.products[product].id,
            "lot_id": world.lot(product, lot).id,
            "scrap_qty": quantity,
            "location_id": world.warehouses[warehouse].lot_stock_id.id,
        }
    )
    scrap_order.action_validate()
    if scrap_order.state != "done":
        raise ValueError(f"{scrap_order.name} is not done")
    world.step()


def correct_lot(world, line, lot):
    """Change the lot of a transfer that is done, as Odoo lets people do."""
    line.lot_id = world.lots(lot)[0]
    world.step()


def _order_transfer(world, goods):
    """Order goods from the factory by the centre's resupply route."""
    env = world.env
    centre = world.warehouses["centre"]
    needed = {}
    for product, quantity, _lot in goods:
        needed[product] = needed.get(product, 0) + quantity
    before = env["stock.picking"].search([], order="id desc", limit=1).id
    for product, quantity in needed.items():
        goods = world.products[product]
        world.model("product.replenish").create(
            {
                "product_id": goods.id,
                "product_tmpl_id": goods.product_tmpl_id.id,
                "product_uom_id": goods.uom_id.id,
                "quantity": quantity,
                "warehouse_id": centre.id,
                "route_id": centre.resupply_route_ids.id,
            }
        ).launch_replenishment()
    out = env["stock.picking"].search(
        [
            ("id", ">", before),
            ("picking_type_id.warehouse_id", "=", world.warehouses["factory"].id),
        ]
    )
    out.ensure_one().action_assign()
    world.step(30)
    return out
