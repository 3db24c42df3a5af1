"""What is sold, delivered and brought back."""

from odoo.fields import Command

from .world import finish


def order(world, customer, goods, warehouse="centre", company="maker"):
    """A confirmed order; see :func:`order_all`."""
    return order_all(world, [(customer, goods)], warehouse, company)


def order_all(world, rows, warehouse="centre", company="maker"):
    """Confirmed orders.

    :param rows: list of (customer, `{product: quantity}`); instead of a quantity, a
        list of (lot name, quantity) says which lots the picker takes
    """
    orders = _create(world, rows, warehouse, company)
    orders.action_confirm()
    for made, (_customer, goods) in zip(orders, rows, strict=True):
        picks = {key: what for key, what in goods.items() if isinstance(what, list)}
        world.take(_open(made).move_ids, picks)
    return orders


def sell(world, customer, goods, warehouse="centre", company="maker"):
    """An order that is delivered at once; see :func:`order_all`."""
    return sell_all(world, [(customer, goods)], warehouse, company)


def sell_all(world, rows, warehouse="centre", company="maker"):
    """Orders that are delivered together, oldest lots first where none are named."""
    orders = order_all(world, rows, warehouse, company)
    deliver(world, orders)
    return orders


def deliver(world, orders):
    """Take orders through all steps of their deliveries."""
    while advance(world, orders):
        pass


def advance(world, orders):
    """One step of the deliveries of orders: pick, pack or ship.

    :return: the transfers done; empty when nothing was left
    """
    pickings = _open(orders)
    waiting = pickings.filtered(lambda p: p.state != "assigned")
    if waiting:
        waiting.action_assign()
    if pickings:
        finish(pickings)
        world.step(45)
    return pickings


def pack(world, orders):
    """Pack what stands at the packing table, each order in a box of its own."""
    for table in _open(orders):
        table.action_put_in_pack()
        finish(table)
    world.step(30)


def bring_back(world, delivered, goods=None):
    """Take delivered goods back by Odoo's return wizard.

    :param delivered: the order
    :param goods: `{product: (lot name, quantity)}`; None for all of it
    """
    shipped = delivered.picking_ids.filtered(
        lambda p: p.state == "done" and p.location_dest_id.usage == "customer"
    )
    wizard = (
        world.env["stock.return.picking"]
        .with_context(active_id=shipped.id, active_model="stock.picking")
        .create({"picking_id": shipped.id})
    )
    for line in wizard.product_return_moves:
        key = next(k for k, p in world.products.items() if p == line.product_id)
        line.quantity = goods.get(key, (0, 0))[1] if goods else line.move_id.quantity
    back = wizard._create_return()
    if goods:
        picks = {k: [(lot, quantity)] for k, (lot, quantity) in goods.items()}
        world.take(back.move_ids, picks)
    world.step(60)
    finish(back)
    world.step()
    return back


def _create(world, rows, warehouse, company):
    return world.model("sale.order", company).create(
        [
            {
                **_prepare_customer(world.partners[customer]),
                "warehouse_id": world.warehouses[warehouse].id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": world.products[product].id,
                            "product_uom_qty": _sum(what),
                        }
                    )
                    for product, what in goods.items()
                ],
            }
            for customer, goods in rows
        ]
    )


def _open(orders):
    return orders.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))


def _prepare_customer(partner):
    """A shop of a chain gets the goods, the chain the invoice."""
    buyer = partner.parent_id or partner
    return {"partner_id": buyer.id, "partner_shipping_id": partner.id}


def _sum(what):
    """A quantity as it is, or the sum of one by lots."""
    return sum(q for _lot, q in what) if isinstance(what, list) else what
