"""Goods on hold that move without a number, by ways around."""

from odoo.exceptions import UserError
from odoo.fields import Command

from .flows import needs
from .hold_common import LooseCommon
from .till import TillFlows


class TestHoldScrap(LooseCommon):
    def test_loose_out_of_scrap_to_a_customer(self):
        self.receive({self.cookie: 20})
        self.hold_in(self.stock, case=self.case)
        self.scrap({self.cookie: 5})
        with self.assertRaises(UserError):
            self.transfer(
                {self.cookie: 5},
                self.warehouse.out_type_id,
                self.scrap_place,
                self.customers,
                self.consignee,
            )

    @needs("mrp")
    def test_loose_out_of_scrap_into_a_production(self):
        self.receive({self.cookie: 20})
        self.hold_in(self.stock, case=self.case)
        self.scrap({self.cookie: 5})
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        order = self.order_production(
            paste, 1, {self.cookie: 5}, location_src_id=self.scrap_place.id
        )
        with self.assertRaises(UserError):
            self.finish_production(order, {made: 1}, {self.cookie: 5})

    def test_numbered_out_of_scrap_to_a_customer_without_its_number(self):
        self.receive({self.bad: 10})
        self.hold(self.bad, case=self.case)
        self.scrap({self.bad: 5})
        kind = self.warehouse.out_type_id
        kind.use_create_lots = kind.use_existing_lots = False
        with self.assertRaises(UserError):
            self.transfer(
                {self.nut: 5}, kind, self.scrap_place, self.customers, self.consignee
            )

    def test_loose_relocated_out_of_scrap(self):
        self.receive({self.cookie: 20})
        self.hold_in(self.stock, case=self.case)
        self.scrap({self.cookie: 5})
        other = self.new_warehouse("W2")
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.cookie.id),
                ("location_id", "=", self.scrap_place.id),
            ]
        )
        manager = self._create_user("keeper", "stock.group_stock_manager")
        wizard = self._as(manager, self.env["stock.quant.relocate"]).create(
            {
                "quant_ids": [Command.set(quant.ids)],
                "dest_location_id": other.lot_stock_id.id,
            }
        )
        wizard.action_relocate_quants()
        self.assertHeld(
            self.deliver, {self.cookie: 1}, names=["Cookie"], warehouse=other
        )


class TestHoldCountedOnItsForm(LooseCommon):
    def test_quantity_on_hand_lowered(self):
        self.receive({self.cookie: 20})
        self.hold_in(self.stock)
        groups = "stock.group_stock_user,product.group_product_manager"
        product = self._as(self._create_user("cook", groups), self.cookie)
        for form in (product, product.product_tmpl_id):
            self.assertHeld(form.write, {"qty_available": 3}, names=["Cookie"])


class TestHoldUnnumbered(LooseCommon):
    def test_goods_of_an_owner_do_not_stand_for_ours(self):
        owner = self._create_partner("Owner")
        for kind in (self.warehouse.in_type_id, self.warehouse.out_type_id):
            kind.use_create_lots = kind.use_existing_lots = False
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "owner_id": owner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 5,
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        self.validate(receipt, {self.nut: 5})
        self.warehouse.in_type_id.use_existing_lots = True
        self.receive({self.bad: 5})
        self.hold(self.bad)
        self.assertHeld(self.deliver, {self.nut: 5})

    def without_numbers(self, *warehouses):
        for warehouse in warehouses:
            kinds = warehouse.in_type_id | warehouse.out_type_id | warehouse.int_type_id
            kinds.write({"use_create_lots": False, "use_existing_lots": False})

    def test_held_lot_out_of_a_transit_without_its_number(self):
        other = self.new_warehouse("W2")
        self.receive({self.bad: 5})
        self.send({self.bad: 5}, other)
        self.hold(self.bad, case=self.case)
        self.without_numbers(self.warehouse, other)
        self.arrive({self.nut: 5}, other)
        self.assertHeld(self.deliver, {self.nut: 5}, names=["Nut"], warehouse=other)

    def test_held_lot_without_its_number_through_quarantine(self):
        quarantine = self.warehouse.recall_quarantine_loc_id
        self.receive({self.bad: 5})
        self.hold(self.bad, case=self.case)
        self.without_numbers(self.warehouse)
        self.assertHeld(self.deliver, {self.nut: 5})
        self.move({self.nut: 5}, quarantine)
        kind = self.warehouse.out_type_id
        self.assertHeld(
            self.transfer,
            {self.nut: 5},
            kind,
            quarantine,
            self.customers,
            self.consignee,
            names=["Nut"],
        )


class TestHoldNotStored(LooseCommon):
    """A product whose inventory is not tracked any more, while goods are on record."""

    def not_stored(self, product):
        product.product_tmpl_id.is_storable = False

    def test_lot(self):
        self.receive({self.bad: 10})
        self.not_stored(self.nut)
        self.hold(self.bad)
        self.assertHeld(self.deliver, {self.nut: 4})

    @needs("mrp")
    def test_lot_consumed(self):
        self.receive({self.bad: 10})
        self.not_stored(self.nut)
        cake = self._create_product("Cake")
        (lot,) = self.lots(cake, "C1")
        self.hold(self.bad)
        self.assertHeld(self.produce, {lot: 2}, {self.nut: 2})

    def test_beside_goods_without_a_lot_that_nothing_is_taken_off(self):
        self.receive({self.bad: 10})
        self.warehouse.in_type_id.write(
            {"use_create_lots": False, "use_existing_lots": False}
        )
        self.receive({self.nut: 5})
        self.not_stored(self.nut)
        self.deliver({self.nut: 5})
        self.hold(self.bad)
        self.assertHeld(self.deliver, {self.nut: 4})

    def test_loose_from_the_place_around(self):
        self.receive({self.cookie: 10})
        self.move({self.cookie: 10}, self.shelf)
        self.not_stored(self.cookie)
        self.hold_in(self.shelf)
        self.assertHeld(self.deliver, {self.cookie: 4}, names=["Cookie"])

    def test_nothing_of_it_there(self):
        """What lies nowhere holds nothing up."""
        self.not_stored(self.nut)
        self.hold(self.bad)
        self.deliver({self.nut: 4})


class TestHoldAtOnce(LooseCommon):
    """What one transfer brings to a place and takes on is on hold in between."""

    def two_steps(self, first, between, last):
        """One transfer of two moves: into a place, and out of it."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": first.id,
                "location_dest_id": last.id,
                "partner_id": self.consignee.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.cookie.id,
                            "product_uom_qty": 5,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        }
                    )
                    for source, target in ((first, between), (between, last))
                ],
            }
        )
        picking.action_confirm()
        picking = picking.with_env(self.env_of(self.company))
        for move in picking.move_ids:
            move.move_line_ids.unlink()
            vals = self._line_vals(move, self.cookie, 5, {})
            move.move_line_ids = [Command.create(vals)]
        picking.move_ids.picked = True
        picking.button_validate()

    def test_through_quarantine_in_one_transfer(self):
        self.receive({self.cookie: 20})
        self.hold_in(self.stock, case=self.case)
        quarantine = self.warehouse.recall_quarantine_loc_id
        with self.assertRaises(UserError):
            self.two_steps(self.stock, quarantine, self.customers)

    def test_returned_and_sent_again_in_one_transfer(self):
        self.receive({self.cookie: 20})
        self.deliver({self.cookie: 8})
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        with self.assertRaises(UserError):
            self.two_steps(self.customers, self.stock, self.customers)


class TestHoldBelowZero(LooseCommon):
    """Goods without a lot that go before they are booked in, as Odoo allows, where
    nothing is on hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_warehouse("W2")
        cls.receive({cls.cookie: 20})

    def test_delivery(self):
        self.hold_in(self.stock, case=self.case)
        self.deliver({self.cookie: 5}, warehouse=self.other)

    def test_another_shelf(self):
        front = self.env["stock.location"].create(
            {"name": "Front", "location_id": self.stock.id}
        )
        self.move({self.cookie: 20}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        kind = self.warehouse.out_type_id
        self.transfer({self.cookie: 2}, kind, front, self.customers)

    def test_transfer_inside(self):
        place = self.other.lot_stock_id
        shelf = self.shelf.copy({"name": "Other Shelf", "location_id": place.id})
        self.hold_in(self.stock, case=self.case)
        self.move({self.cookie: 1}, shelf, place, self.other)

    def test_several_deliveries_at_once(self):
        self.hold_in(self.stock, case=self.case)
        pickings = self.env["stock.picking"]
        for quantity in (2, 3):
            order = self.order({self.cookie: quantity}, warehouse=self.other)
            self.fill(order.picking_ids.move_ids, {self.cookie: quantity})
            pickings |= order.picking_ids
        pickings.with_env(self.env_of(self.company)).button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    @needs("mrp")
    def test_consumed(self):
        self.hold_in(self.stock, case=self.case)
        cake = self._create_product("Cake", "none")
        self.produce({cake: 1}, {self.cookie: 1}, warehouse=self.other)


@needs("point_of_sale")
class TestHoldBelowZeroAtTheTill(TillFlows, LooseCommon):
    def test_sold(self):
        self.cookie.write({"lst_price": 10, "taxes_id": False})
        self.receive({self.cookie: 20})
        self.hold_in(self.stock, case=self.case)
        self.open_till("real")
        self.till.picking_type_id = self.new_warehouse("W2").pos_type_id
        order = self.sell({self.cookie: 2})
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertFalse(order.picking_ids.activity_ids)
