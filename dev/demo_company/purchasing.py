"""What comes in from vendors, goes back to them, or never comes by at all."""

from odoo.fields import Command

from .world import finish


def receive(world, vendor, warehouse, goods, company="maker"):
    """Order goods and receive them.

    :param goods: list of (product, quantity, lot name, the vendor's number of it);
        the names are None for goods without a lot
    :return: the receipt
    """
    order = _order(world, vendor, goods, company)
    order.picking_type_id = world.warehouses[warehouse].in_type_id
    order.button_confirm()
    receipt = order.picking_ids
    _enter_lots(world, receipt, goods)
    world.step(20)
    finish(receipt)
    world.step()
    return receipt


def give_back(world, receipt, product, quantity, lot):
    """Return part of a receipt to its vendor."""
    wizard = (
        world.env["stock.return.picking"]
        .with_context(active_id=receipt.id, active_model="stock.picking")
        .create({"picking_id": receipt.id})
    )
    line = wizard.product_return_moves.filtered(
        lambda line: line.product_id == world.products[product]
    )
    line.quantity = quantity
    back = wizard._create_return()
    world.take(back.move_ids, {product: [(lot, quantity)]})
    world.step(30)
    finish(back)
    world.step()
    return back


def dropship(world, customer, product, quantity, vendor, number):
    """Sell goods that the vendor sends straight to the customer.

    Nobody here gives them a lot number of our own: the vendor's is the lot's name.
    """
    goods = [(product, quantity, number, None)]
    sale = world.model("sale.order").create(
        {
            "partner_id": world.partners[customer].id,
            "order_line": [
                Command.create(
                    {
                        "product_id": world.products[product].id,
                        "product_uom_qty": quantity,
                        "route_ids": [
                            Command.link(
                                world.env.ref(
                                    "stock_dropshipping.route_drop_shipping"
                                ).id
                            )
                        ],
                    }
                )
            ],
        }
    )
    sale.action_confirm()
    order = sale.order_line.purchase_line_ids.order_id
    order.ensure_one().button_confirm()
    world.step(60)
    _enter_lots(world, order.picking_ids, goods)
    finish(order.picking_ids)
    world.step()
    return sale


def set_price_lists(world):
    """Who sells what, so that a dropship finds its vendor."""
    world.env["product.supplierinfo"].create(
        [
            {
                "partner_id": world.partners[vendor].id,
                "product_tmpl_id": world.products[product].product_tmpl_id.id,
                "price": world.products[product].list_price,
            }
            for vendor, product in (
                ("golden", "peanut"),
                ("piemonte", "hazelnut"),
                ("almaza", "almond"),
                ("nordkorn", "oats"),
                ("nordkorn", "honey"),
                ("nordkorn", "chocolate"),
                ("nordkorn", "seeds"),
                ("nordkorn", "oil"),
                ("nordkorn", "sugar"),
                ("nordkorn", "salt"),
                ("nordkorn", "jar"),
                ("nordkorn", "carton"),
            )
        ]
    )


def _order(world, vendor, goods, company):
    lines = {}
    for product, quantity, _lot, _number in goods:
        lines[product] = lines.get(product, 0) + quantity
    return world.model("purchase.order", company).create(
        {
            "partner_id": world.partners[vendor].id,
            "order_line": [
                Command.create(
                    {
                        "product_id": world.products[product].id,
                        "product_qty": quantity,
                        "price_unit": world.products[product].standard_price,
                    }
                )
                for product, quantity in lines.items()
            ],
        }
    )


def _enter_lots(world, receipt, goods):
    """Write the lot numbers on a receipt, as its clerk does."""
    picks = {}
    for product, quantity, name, number in goods:
        if name:
            lot = world.lot(product, name)
            if number:
                lot.ref = number
            picks.setdefault(product, []).append((name, quantity))
    world.take(receipt.move_ids, picks)
