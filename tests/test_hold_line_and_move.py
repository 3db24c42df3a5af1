"""Lines that name another place than their move: orders and productions go by the
move."""

from odoo.fields import Command

from .flows import needs
from .hold_common import LooseCommon


class TestHoldLineAndMove(LooseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10})
        cls.quarantine = cls.warehouse.recall_quarantine_loc_id

    def deliver_by_a_line(self, order, place):
        """Deliver as a stock user with the line added over the API."""
        picking = order.picking_ids
        move = picking.move_ids
        self.env["stock.move.line"].with_user(self.stock_user).create(
            {
                **self._line_vals(move, self.bad, 4, {}),
                "move_id": move.id,
                "location_dest_id": place.id,
            }
        )
        picking = self._as(self.stock_user, picking)
        picking.move_ids.picked = True
        picking.button_validate()

    def test_delivery_by_a_line_to_where_held_goods_may_go(self):
        order = self.order({self.nut: 4})
        self.hold(self.bad)
        self.settle()
        for place in (self.scrap_place, self.suppliers, self.quarantine):
            with self.subTest(place=place.name):
                names = ["N-BAD", "Customers"]
                self.assertHeld(self.deliver_by_a_line, order, place, names=names)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_reserved_by_a_line_to_scrap_before_the_hold(self):
        picking = self.order({self.nut: 4}).picking_ids
        picking.move_line_ids.location_dest_id = self.scrap_place
        self.hold(self.bad)
        self.assertHeld(self.validate, picking)
        self.settle()
        self.assertFalse(picking.move_line_ids)

    def test_to_another_warehouse_by_a_line_to_scrap(self):
        transit = self.company.internal_transit_location_id
        self.hold(self.bad)
        vals = {"location_id": self.stock.id, "location_dest_id": transit.id}
        move = {"product_id": self.nut.id, "product_uom_qty": 4, **vals}
        picking = self.env_of(self.company)["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [Command.create(move)],
                **vals,
            }
        )
        picking.action_confirm()
        self.assertHeld(
            self.validate, picking, {self.bad: 4}, location_dest_id=self.scrap_place.id
        )

    @needs("mrp")
    def test_production_by_a_line_to_scrap(self):
        cake = self._create_product("Cake")
        (lot,) = self.lots(cake, "C1")
        self.hold(self.bad)
        order = self.order_production(cake, 2, {self.nut: 2})
        order.lot_producing_ids = lot
        order.qty_producing = 2
        for place in (self.scrap_place, self.quarantine):
            with self.subTest(place=place.name):
                self.assertHeld(self.produce_by_a_line, order, place)

    def produce_by_a_line(self, order, place):
        self.fill(order.move_raw_ids, {self.bad: 2}, location_dest_id=place.id)
        order.button_mark_done()

    @needs("repair")
    def test_repair_by_a_line_to_scrap(self):
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1})
        self.hold(self.bad)
        part = {
            "product_id": self.nut.id,
            "product_uom_qty": 1,
            "repair_line_type": "add",
        }
        repair = self.env_of(self.company)["repair.order"].create(
            {
                "product_id": machine.id,
                "lot_id": serial.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [Command.create(part)],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        self.assertHeld(self.repair_by_a_line, repair)

    def repair_by_a_line(self, repair):
        place = self.scrap_place
        self.fill(repair.move_ids, {self.bad: 1}, location_dest_id=place.id)
        repair.action_repair_done()

    def test_scrapped_by_a_line_of_a_transfer_inside(self):
        """Who finds goods on hold while putting others away may scrap them."""
        self.hold(self.bad)
        picking = self.open_quarantine_transfer(4)
        self.validate(picking, {self.bad: 4}, location_dest_id=self.scrap_place.id)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 6)
