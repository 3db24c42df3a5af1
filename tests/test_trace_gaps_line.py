"""Gaps: a line says that its goods went elsewhere than its move does."""

from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestTraceGapsLine(TraceCommon):
    """Odoo's orders go by the move, stock and the trace by the line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})
        cls.scrap_place = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", cls.company.id)],
            limit=1,
        )

    def gap(self, case):
        return super().gap(case, "contradiction")

    def deliver_by_a_line_to(self, place, goods=None):
        order = self.order({self.nut: 4})
        self.wait()
        goods = goods or {self.bad: 4}
        return self.validate(order.picking_ids, goods, location_dest_id=place.id)

    def test_delivered_by_a_line_that_goes_elsewhere(self):
        for place in (self.scrap_place, self.suppliers, self.stock):
            with self.subTest(place=place.name):
                picking = self.deliver_by_a_line_to(place)
                self.assertEqual(picking.move_ids.sale_line_id.qty_delivered, 4)
                case = self.trace(self.bad)
                gap = self.gap(case).filtered(
                    lambda g, p=picking: g.reference == p.name
                )
                self.assertEqual((gap.lot_id, gap.quantity), (self.bad, 4))
                self.assertIn(place.complete_name, gap.note)
                self.assertIn(self.customers.complete_name, gap.note)

    def test_line_to_a_customer_of_a_move_that_goes_to_the_shelf(self):
        ends = {
            "location_id": self.stock.id,
            "location_dest_id": self.shelf(self.stock).id,
        }
        move = {"product_id": self.nut.id, "product_uom_qty": 2, **ends}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "move_ids": [Command.create(move)],
                **ends,
            }
        )
        picking.action_confirm()
        self.wait()
        self.validate(picking, {self.bad: 2}, location_dest_id=self.customers.id)

        gap = self.gap(self.trace(self.bad))

        line = picking.move_line_ids
        self.assertEqual((gap.lot_id, gap.quantity), (self.bad, 2))
        self.assertEqual((gap.reference, gap.date), (picking.name, line.date))

    def shelf(self, parent, usage="internal"):
        return self.env["stock.location"].create(
            {"name": "Shelf", "location_id": parent.id, "usage": usage}
        )

    def test_place_below_that_of_the_move_is_none(self):
        self.deliver_by_a_line_to(self.shelf(self.customers, "customer"))
        self.deliver_by_a_line_to(self.shelf(self.customers))

        self.assertFalse(self.gap(self.trace(self.bad)))

    def test_another_lot_in_the_same_move_is_none(self):
        self.deliver_by_a_line_to(self.scrap_place, {self.good: 4})

        self.assertFalse(self.gap(self.trace(self.bad)))

    def test_without_a_lot(self):
        salt = self._create_product("Salt", "none")
        self.receive({salt: 5})
        self.deliver_salt(salt, 5)  # before any was suspect
        receipt = self.receive({salt: 5})
        self.deliver_salt(salt, 3)
        self.deliver_salt(salt, 2, self.stock)

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(receipt.ids)]}
        )

        gaps = self.gap(case)
        self.assertEqual(set(map(self.key, gaps)), {salt})
        self.assertEqual(sorted(gaps.mapped("quantity")), [2, 3])

    def deliver_salt(self, salt, quantity, place=None):
        order = self.order({salt: quantity})
        self.wait()
        place = place or self.scrap_place
        self.validate(order.picking_ids, {salt: quantity}, location_dest_id=place.id)

    @needs("mrp")
    def test_component_by_a_line_that_goes_elsewhere(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        for place in (self.scrap_place, self.customers):
            with self.subTest(place=place.name):
                order = self.order_production(paste, 2, {self.nut: 2})
                self.wait()
                order.lot_producing_ids = made
                order.qty_producing = 2
                order._set_qty_producing()
                self.fill(order.move_raw_ids, {self.bad: 2}, location_dest_id=place.id)
                order.button_mark_done()
                case = self.trace(self.bad)
                gap = self.gap(case).filtered(lambda g, o=order: g.reference == o.name)
                self.assertEqual((gap.lot_id, gap.quantity), (self.bad, 2))
                self.assertIn(place.complete_name, gap.note)

    @needs("repair")
    def test_part_by_a_line_that_goes_elsewhere(self):
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1})
        repair = self.env_of(self.company)["repair.order"].create(
            {
                "product_id": machine.id,
                "lot_id": serial.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 1,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        self.fill(repair.move_ids, {self.bad: 1}, location_dest_id=self.stock.id)
        repair.action_repair_done()

        gap = self.gap(self.trace(self.bad))

        self.assertEqual((gap.lot_id, gap.quantity), (self.bad, 1))
