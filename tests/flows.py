"""Stock flows through Odoo's own methods, an hour after each other.

`goods` are always given as `{lot or product: quantity}`, in the product's own unit
unless a flow says otherwise; a product stands for its units without a lot.
"""

import functools
from datetime import datetime, timedelta

import freezegun

from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests.common import freeze_time, get_db_name
from odoo.tools import groupby

# pytest times the tests by the same clock.
freezegun.configure(extend_ignore_list=["_pytest.timing"])

START = datetime(2026, 1, 5, 8)
# What people answer in the wizards that a button may open.
ANSWERS = {"skip_backorder": True, "skip_sms": True, "skip_expired": True}


def needs(*modules):
    """Skip a test, or a class of tests, where one of the modules is not installed."""

    def skip_unless_installed(test):
        missing = set(modules) - Registry(get_db_name())._init_modules
        if missing:
            test.skipTest(test, f"without {', '.join(sorted(missing))}")

    def decorate(tested):
        if not isinstance(tested, type):

            @functools.wraps(tested)
            def method(self, *args, **kwargs):
                skip_unless_installed(type(self))
                return tested(self, *args, **kwargs)

            return method

        set_up_class = tested.setUpClass.__func__

        @classmethod
        def setUpClass(cls):
            skip_unless_installed(cls)
            set_up_class(cls)

        tested.setUpClass = setUpClass
        return tested

    return decorate


class StockFlows:
    """Mixin over :class:`.common.RecallCommon`.

    The clock stands still, for the trace goes by the time of stock move lines, which
    is recorded in seconds: each flow starts by setting it an hour on.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.startClassPatcher(freeze_time(START))
        cls.stock = cls.warehouse.lot_stock_id
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    @classmethod
    def wait(cls, **delta):
        """Set the clock on: by an hour, or by what `timedelta` is given."""
        cls.clock.tick(timedelta(**(delta or {"hours": 1})))

    @classmethod
    def env_of(cls, company):
        return cls.env(
            context=dict(cls.env.context, allowed_company_ids=company.ids, **ANSWERS)
        )

    # ------------------------------------------------------------------
    # Things
    # ------------------------------------------------------------------
    @classmethod
    def lots(cls, product, *names):
        """One lot after the other, by name."""
        return [cls._create_lot(product, name) for name in names]

    @classmethod
    def new_warehouse(cls, code, company=None, **vals):
        company = company or cls.company
        return cls.env_of(company)["stock.warehouse"].create(
            {"name": code, "code": code, "company_id": company.id, **vals}
        )

    @classmethod
    def bom(cls, product, components, **vals):
        """A bill of materials that makes 1 of the product from `components`."""
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1,
                "bom_line_ids": [
                    Command.create(
                        {"product_id": component.id, "product_qty": quantity}
                    )
                    for component, quantity in components.items()
                ],
                **vals,
            }
        )

    @staticmethod
    def product_of(key):
        return key.product_id if key._name == "stock.lot" else key

    @staticmethod
    def lot_of(key):
        return key if key._name == "stock.lot" else key.env["stock.lot"]

    @classmethod
    def by_product(cls, goods):
        """{product: {lot or product: quantity}}"""
        keys = groupby(goods, cls.product_of)
        return {product: {k: goods[k] for k in part} for product, part in keys}

    # ------------------------------------------------------------------
    # Transfers
    # ------------------------------------------------------------------
    @classmethod
    def transfer(cls, goods, picking_type, source, target, partner=None, **move_vals):
        """Create, fill and validate one transfer; returns it."""
        picking = cls.start_transfer(
            goods, picking_type, source, target, partner, **move_vals
        )
        return cls.validate(picking, goods)

    @classmethod
    def start_transfer(
        cls, goods, picking_type, source, target, partner=None, **move_vals
    ):
        """A confirmed transfer that asks for the products of `goods`."""
        cls.wait()
        env = cls.env_of(picking_type.company_id)
        picking = env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": partner and partner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": sum(part.values()),
                            "product_uom": product.uom_id.id,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            **move_vals,
                        }
                    )
                    for product, part in cls.by_product(goods).items()
                ],
            }
        )
        picking.action_confirm()
        return picking

    @classmethod
    def validate(cls, picking, goods=None, **line_vals):
        """Put `goods` into an open transfer and validate it, leaving a backorder for
        what is missing; without goods as Odoo has reserved it."""
        picking = picking.with_env(cls.env_of(picking.company_id))
        cls.fill(picking.move_ids, goods, **line_vals)
        picking.button_validate()
        assert picking.state == "done", picking.state
        return picking

    @classmethod
    def fill(cls, moves, goods=None, **line_vals):
        """Set what open moves take, and mark it as picked."""
        moves = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        left = dict(goods or {})
        for move in moves if goods is not None else ():
            keys = [key for key in left if cls.product_of(key) == move.product_id]
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(cls._line_vals(move, key, left.pop(key), line_vals))
                for key in keys
            ]
        assert not left, left
        moves.picked = True

    @classmethod
    def _line_vals(cls, move, key, quantity, line_vals):
        return {
            "product_id": move.product_id.id,
            "lot_id": cls.lot_of(key).id,
            "quantity": quantity,
            "product_uom_id": move.product_id.uom_id.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "picking_id": move.picking_id.id,
            **line_vals,
        }

    @classmethod
    def receive(cls, goods, vendor=None, warehouse=None):
        """A receipt, in one step; returns the transfer."""
        warehouse = warehouse or cls.warehouse
        return cls.transfer(
            goods,
            warehouse.in_type_id,
            cls.suppliers,
            warehouse.lot_stock_id,
            vendor or cls.vendor,
        )

    @classmethod
    def buy(cls, goods, vendor=None, warehouse=None):
        """A purchase order and its receipts in all their steps; returns the order."""
        cls.wait()
        warehouse = warehouse or cls.warehouse
        order = cls.env_of(warehouse.company_id)["purchase.order"].create(
            {
                "partner_id": (vendor or cls.vendor).id,
                "picking_type_id": warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": sum(part.values()),
                            "price_unit": 1,
                        }
                    )
                    for product, part in cls.by_product(goods).items()
                ],
            }
        )
        order.button_confirm()
        cls.finish(lambda: order.picking_ids, goods)
        return order

    @classmethod
    def order(cls, goods, customer=None, warehouse=None, **vals):
        """A confirmed sales order; returns it, its first transfer reserved."""
        cls.wait()
        warehouse = warehouse or cls.warehouse
        order = cls.env_of(warehouse.company_id)["sale.order"].create(
            {
                "partner_id": (customer or cls.consignee).id,
                "warehouse_id": warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": sum(part.values()),
                            "price_unit": 1,
                        }
                    )
                    for product, part in cls.by_product(goods).items()
                ],
                **vals,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def deliver(cls, goods, customer=None, warehouse=None, **vals):
        """A sales order delivered in all the steps of its warehouse; returns the
        transfer that left."""
        order = cls.order(goods, customer, warehouse, **vals)
        return cls.finish(lambda: order.picking_ids, goods)

    @classmethod
    def finish(cls, get_pickings, goods):
        """Validate open transfers one after the other, until none is left."""
        last = None
        while True:
            pickings = get_pickings().filtered(
                lambda picking: picking.state in ("confirmed", "assigned")
            )
            if not pickings:
                return last
            if last:
                cls.wait()
            last = cls.validate(pickings.sorted("id")[0], goods)

    @classmethod
    def return_goods(cls, picking, goods, partner=None):
        """Take goods of a done transfer back where they came from (a return of a
        return goes there again); returns the new transfer."""
        cls.wait()
        back = cls.start_return(picking, goods)
        if partner:
            back.partner_id = partner
        return cls.validate(back, goods)

    @classmethod
    def start_return(cls, picking, goods):
        """The transfer by which Odoo is to take goods of a done transfer back."""
        env = cls.env_of(picking.company_id)
        wizard = env["stock.return.picking"].create({"picking_id": picking.id})
        wanted = cls.by_product(goods)
        for line in wizard.product_return_moves:
            line.quantity = sum(wanted.get(line.product_id, {}).values())
        return wizard._create_return()

    @classmethod
    def move(cls, goods, target, source=None, warehouse=None):
        """An internal transfer."""
        warehouse = warehouse or cls.warehouse
        return cls.transfer(goods, warehouse.int_type_id, source or cls.stock, target)

    @classmethod
    def send(cls, goods, target, warehouse=None):
        """Send goods to another warehouse of the company; they arrive by
        :meth:`arrive`. Returns the transfer into transit."""
        warehouse = warehouse or cls.warehouse
        transit = warehouse.company_id.internal_transit_location_id
        partner = target.partner_id
        return cls.transfer(
            goods, warehouse.out_type_id, warehouse.lot_stock_id, transit, partner
        )

    @classmethod
    def arrive(cls, goods, target):
        """Goods in transit arrive in the warehouse `target`."""
        transit = target.company_id.internal_transit_location_id
        return cls.transfer(goods, target.in_type_id, transit, target.lot_stock_id)

    # ------------------------------------------------------------------
    # Corrections
    # ------------------------------------------------------------------
    @classmethod
    def count(cls, goods, location=None):
        """Inventory adjustments: the counted quantities by lot or product."""
        cls.wait()
        location = location or cls.stock
        quants = cls.env_of(location.company_id)["stock.quant"]
        for key, quantity in goods.items():
            quants |= quants.with_context(inventory_mode=True).create(
                {
                    "product_id": cls.product_of(key).id,
                    "lot_id": cls.lot_of(key).id,
                    "location_id": location.id,
                    "inventory_quantity": quantity,
                }
            )
        quants.action_apply_inventory()

    @classmethod
    def scrap(cls, goods, location=None, **vals):
        """Scrap orders, one for each lot or product; returns them."""
        cls.wait()
        location = location or cls.stock
        scraps = cls.env_of(location.company_id)["stock.scrap"].create(
            [
                {
                    "product_id": cls.product_of(key).id,
                    "lot_id": cls.lot_of(key).id,
                    "scrap_qty": quantity,
                    "location_id": location.id,
                    **vals,
                }
                for key, quantity in goods.items()
            ]
        )
        for scrap in scraps:
            scrap.action_validate()
            assert scrap.state == "done", scrap.state
        return scraps

    # ------------------------------------------------------------------
    # Production: only where `mrp`, or `repair`, is installed
    # ------------------------------------------------------------------
    @classmethod
    def order_production(cls, product, quantity, used, byproducts=None, **vals):
        """A confirmed manufacturing order for `quantity` of the product."""
        cls.wait()
        warehouse = vals.pop("warehouse", cls.warehouse)
        env = cls.env_of(warehouse.company_id)

        def commands(goods):
            return [
                Command.create(
                    {
                        "product_id": part.id,
                        "product_uom_qty": sum(keys.values()),
                        "product_uom": part.uom_id.id,
                    }
                )
                for part, keys in cls.by_product(goods).items()
            ]

        order = env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "bom_id": False,
                "picking_type_id": warehouse.manu_type_id.id,
                "move_raw_ids": commands(used),
                "move_byproduct_ids": commands(byproducts or {}),
                **vals,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def finish_production(cls, order, made, used, byproducts=None):
        """Make some of an order, all of it or less; what is left becomes the order of
        its own that is returned, empty when nothing is left."""
        cls.wait()
        order = order.with_env(cls.env_of(order.company_id))
        known = order.production_group_id.production_ids
        order.lot_producing_ids = functools.reduce(
            lambda lots, key: lots | cls.lot_of(key), made, order.env["stock.lot"]
        )
        order.qty_producing = sum(made.values())
        order._set_qty_producing()
        cls.fill(order.move_raw_ids, used)
        if byproducts:
            cls.fill(order.move_byproduct_ids, byproducts)
        is_part = order.qty_producing < order.product_qty
        order.with_context(
            mo_ids_to_backorder=order.ids if is_part else []
        ).button_mark_done()
        assert order.state == "done", order.state
        return order.production_group_id.production_ids - known

    @classmethod
    def produce(cls, made, used, byproducts=None, **vals):
        """One manufacturing order that makes lots of one product; returns it."""
        product = cls.product_of(next(iter(made)))
        order = cls.order_production(
            product, sum(made.values()), used, byproducts, **vals
        )
        cls.finish_production(order, made, used, byproducts)
        return order

    @classmethod
    def unbuild(cls, goods, production):
        """Take finished goods of an order apart; returns the unbuild orders."""
        cls.wait()
        unbuilds = cls.env_of(production.company_id)["mrp.unbuild"].create(
            [
                {
                    "product_id": cls.product_of(key).id,
                    "lot_id": cls.lot_of(key).id,
                    "product_qty": quantity,
                    "mo_id": production.id,
                    "location_id": production.location_dest_id.id,
                    "location_dest_id": production.location_src_id.id,
                }
                for key, quantity in goods.items()
            ]
        )
        for unbuild in unbuilds:
            unbuild.action_unbuild()
            assert unbuild.state == "done", unbuild.state
        return unbuilds

    @classmethod
    def repair(cls, lot, add=None, remove=None, recycle=None, **vals):
        """A repair of one unit of a lot; returns the order."""
        parts = {"add": add or {}, "remove": remove or {}, "recycle": recycle or {}}
        repair = cls.start_repair(lot, parts, **vals)
        for line_type, goods in parts.items():
            moves = repair.move_ids.filtered(
                lambda move, line_type=line_type: move.repair_line_type == line_type
            )
            cls.fill(moves, goods)
        repair.action_repair_done()
        assert repair.state == "done", repair.state
        return repair

    @classmethod
    def start_repair(cls, lot, parts, **vals):
        """The order of a repair of one unit of a lot, by what is done with which
        parts."""
        cls.wait()
        repair = cls.env_of(cls.company)["repair.order"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "product_qty": 1,
                "picking_type_id": cls.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": sum(keys.values()),
                            "repair_line_type": line_type,
                        }
                    )
                    for line_type, goods in parts.items()
                    for product, keys in cls.by_product(goods).items()
                ],
                **vals,
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        return repair

    @classmethod
    def subcontract(cls, partner, made, used):
        """Receive goods that a subcontractor made from `used`; returns the receipt."""
        receipt = cls.start_subcontract(partner, made, used)
        production = receipt.move_ids.move_orig_ids.production_id
        receipt.button_validate()
        assert (receipt.state, production.state) == ("done", "done")
        return receipt

    @classmethod
    def start_subcontract(cls, partner, made, used):
        """The receipt of goods that a subcontractor makes from `used`, ready to be
        validated."""
        cls.wait()
        (key,) = made
        vals = {
            "location_id": cls.suppliers.id,
            "location_dest_id": cls.stock.id,
        }
        receipt = cls.env_of(cls.company)["stock.picking"].create(
            {
                "picking_type_id": cls.warehouse.in_type_id.id,
                "partner_id": partner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": cls.product_of(key).id,
                            "product_uom_qty": made[key],
                            **vals,
                        }
                    )
                ],
                **vals,
            }
        )
        receipt.action_confirm()
        if cls.lot_of(key):
            cls.fill(receipt.move_ids, made)
        receipt.move_ids.picked = True
        cls.fill(receipt.move_ids.move_orig_ids.production_id.move_raw_ids, used)
        return receipt
