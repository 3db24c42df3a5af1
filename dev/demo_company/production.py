"""What is made from what."""

from odoo.fields import Command


def produce(world, product, quantity, lot, parts, warehouse="factory", at=None):
    """Make a product by its recipe.

    :param lot: name of the lot to make; None for goods without a lot
    :param parts: `{component: [(lot name, quantity)]}`, see `World.take`; components
        left out are taken as Odoo reserves them
    :param at: the work centre, for a recipe that has a step
    """
    order = plan(world, product, quantity, warehouse)
    if at:
        order.workorder_ids.workcenter_id = at
    return _finish(world, order, [world.lot(product, lot)] if lot else [], parts)


def plan(world, product, quantity, warehouse="factory"):
    """A confirmed manufacturing order that has reserved its components."""
    order = world.model("mrp.production").create(
        {
            "product_id": world.products[product].id,
            "bom_id": world.recipes[product].id,
            "product_qty": quantity,
            "picking_type_id": world.warehouses[warehouse].manu_type_id.id,
        }
    )
    order.action_confirm()
    order.action_assign()
    return order


def rework(world, product, quantity, lot, new_lot):
    """Run a lot through the machine again: the same product under another number."""
    goods = world.products[product]
    order = world.model("mrp.production").create(
        {
            "product_id": goods.id,
            "bom_id": False,
            "product_qty": quantity,
            "picking_type_id": world.warehouses["factory"].manu_type_id.id,
            "origin": "Rework",
            "move_raw_ids": [
                Command.create(
                    {
                        "product_id": goods.id,
                        "product_uom_qty": quantity,
                        "product_uom": goods.uom_id.id,
                    }
                )
            ],
        }
    )
    order.action_confirm()
    order.action_assign()
    lots = [world.lot(product, new_lot)]
    return _finish(world, order, lots, {product: [(lot, quantity)]})


def mass_produce(world, product, count, first_serial, parts, warehouse="factory"):
    """Make many serial numbers with one order, by Odoo's wizard for it."""
    order = plan(world, product, count, warehouse)
    wizard = world.env["mrp.production.serials"].create(
        {"production_id": order.id, "lot_name": first_serial, "lot_quantity": count}
    )
    wizard.action_generate_serial_numbers()
    wizard.action_apply()
    world.adopt(order.lot_producing_ids)
    return _finish(world, order, order.lot_producing_ids, parts)


def unbuild(world, order, quantity, warehouse="centre"):
    """Take some of what an order made apart again."""
    stock = world.warehouses[warehouse].lot_stock_id
    unbuild_order = world.model("mrp.unbuild").create(
        {
            "mo_id": order.id,
            "product_id": order.product_id.id,
            "lot_id": order.lot_producing_ids.id,
            "product_qty": quantity,
            "product_uom_id": order.product_uom_id.id,
            "location_id": stock.id,
            "location_dest_id": stock.id,
        }
    )
    unbuild_order.action_validate()
    if unbuild_order.state != "done":
        raise ValueError(f"{unbuild_order.name} is not done")
    world.step()
    return unbuild_order


def _finish(world, order, lots, parts):
    order.qty_producing = order.product_qty
    if lots:
        order.lot_producing_ids = [Command.set([lot.id for lot in lots])]
    order.set_qty_producing()
    world.take(order.move_raw_ids, parts)
    _require_parts(order)
    world.step(90)
    order.move_raw_ids.picked = True
    order.move_byproduct_ids.picked = True
    order.button_mark_done()
    if order.state != "done":
        raise ValueError(f"{order.name} is not done")
    world.step()
    return order


def _require_parts(order):
    for move in order.move_raw_ids:
        if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
            raise ValueError(
                f"{order.product_id.name}: {move.quantity} of {move.product_uom_qty} "
                f"{move.product_id.name}"
            )
