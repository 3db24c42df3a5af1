"""Numbers of lots as people type them, and as tills send them."""

from unittest.mock import patch

from ..models import recall_hold_arrival
from ..tools.numbers import normalize_number
from .flows import needs
from .hold_common import HoldCommon
from .till import TillFlows


class TestHoldNumbers(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10})

    def return_typed(self, picking, number):
        """Take four nuts back with a number that was typed; returns the transfer."""
        back = self.start_return(picking, {self.nut: 4})
        back.move_ids.move_line_ids.unlink()
        return self.validate(back, {self.nut: 4}, lot_name=number)

    def test_returned_with_its_number_in_other_letters(self):
        """The new lot that Odoo makes of it is on hold for the same reason."""
        out = self.deliver({self.bad: 4})
        case = self.hold_case(self.bad)
        back = self.return_typed(out, "n-bad ")
        lot = back.move_line_ids.lot_id
        self.assertNotEqual(lot, self.bad)
        self.assertTrue(lot.recall_hold)
        self.assertEqual(lot.recall_hold_reason, self.bad.recall_hold_reason)
        self.assertIn(lot, case.hold_ids.lot_id)
        told = "".join(case.message_ids.mapped("body"))
        self.assertIn("has the number of one on hold", told)
        self.assertHeld(self.deliver, {lot: 4}, names=[lot.name])

    def test_returned_with_its_number(self):
        out = self.deliver({self.bad: 4})
        self.hold(self.bad)
        back = self.return_typed(out, "N-BAD")
        self.assertEqual(back.move_line_ids.lot_id, self.bad)

    def test_each_case_holds_the_new_lot(self):
        cases = self.hold_case(self.bad) | self.hold_case(self.bad)
        self.hold(self.bad)
        (lot,) = self.lots(self.nut, "N - bad")
        self.assertEqual(lot.recall_hold_ids.case_id, cases)
        self.assertEqual(len(lot.recall_hold_ids), 3)

    def test_each_company_holds_the_new_lot(self):
        self.hold(self.bad)
        holds = self.env["recall.hold"].with_company(self.other_company)
        holds._place(self.bad, "Glass")
        (lot,) = self.lots(self.nut, "N - bad")
        self.assertFalse(lot.company_id)
        companies = self.company | self.other_company
        self.assertEqual(lot.recall_hold_ids.company_id, companies)

    def test_many_new_lots_beside_many_holds(self):
        """Each number is read once, however many there are of the others."""
        self.hold(*self.lots(self.nut, *(f"H{number}" for number in range(10))))
        with patch.object(
            recall_hold_arrival, "normalize_number", side_effect=normalize_number
        ) as read:
            self.env["stock.lot"].create(
                [{"product_id": self.nut.id, "name": f"L{n}"} for n in range(20)]
            )
        self.assertLessEqual(read.call_count, 30)

    def test_new_lot_of_another_product_or_number_is_free(self):
        self.hold(self.bad)
        bolt = self._create_product("Bolt")
        (other,) = self.lots(bolt, "N-BAD")
        (near,) = self.lots(self.nut, "N-BAD2")
        self.assertFalse(other.recall_hold or near.recall_hold)

    def test_number_of_a_lot_of_its_own(self):
        """Two lots that were there whose numbers differ by blanks are two lots."""
        (other,) = self.lots(self.nut, "N -BAD")
        self.receive({other: 10})
        self.hold(self.bad)
        kind = self.warehouse.out_type_id
        kind.use_create_lots = True
        picking = self.order({self.nut: 2}).picking_ids
        self.validate(picking, {self.nut: 2}, lot_name="N -BAD")
        self.assertEqual(picking.move_line_ids.lot_id, other)


class TestHoldNumbersWithoutLots(HoldCommon):
    """Numbers that are typed where no lot is made of them say nothing of the goods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10, cls.good: 10})

    def without_lots(self, kind):
        kind.write({"use_create_lots": False, "use_existing_lots": False})

    def test_delivered(self):
        self.without_lots(self.warehouse.out_type_id)
        picking = self.order({self.nut: 4}).picking_ids
        self.hold(self.bad)
        self.settle()
        self.assertHeld(self.validate, picking, {self.nut: 4}, lot_name="WHATEVER")

    def test_delivered_in_a_batch(self):
        """It is left behind, and the others go through."""
        self.without_lots(self.warehouse.out_type_id)
        unnamed = self.order({self.nut: 4}).picking_ids
        named = self.order({self.good: 4}).picking_ids
        self.hold(self.bad)
        self.fill(unnamed.move_ids, {self.nut: 4}, lot_name="WHATEVER")
        self.fill(named.move_ids, {self.good: 4})
        (unnamed | named).with_env(self.env_of(self.company)).button_validate()
        self.assertEqual(named.state, "done")
        self.assertNotEqual(unnamed.state, "done")
        self.assertTrue(unnamed.activity_ids)

    def test_new_lot_delivered_in_a_batch(self):
        """Of this number a lot is made."""
        self.warehouse.out_type_id.use_create_lots = True
        typed = self.order({self.nut: 4}).picking_ids
        named = self.order({self.good: 4}).picking_ids
        self.hold(self.bad)
        self.fill(typed.move_ids, {self.nut: 4}, lot_name="N-NEW")
        self.fill(named.move_ids, {self.good: 4})
        pickings = typed | named
        pickings.with_env(self.env_of(self.company)).button_validate()
        self.assertEqual(pickings.mapped("state"), ["done", "done"])

    def test_line_added_to_a_done_delivery(self):
        picking = self.deliver({self.good: 2})
        self.hold(self.bad)
        lines = self._as(self.stock_user, self.env["stock.move.line"])
        move = picking.move_ids
        vals = self._line_vals(move, self.nut, 4, {"lot_name": "WHATEVER"})
        self.assertHeld(lines.create, {**vals, "move_id": move.id})

    def test_returned(self):
        """Goods without a lot arrive, and may be those on hold."""
        picking = self.deliver({self.bad: 4})
        self.hold(self.bad)
        back = self.start_return(picking, {self.bad: 4})
        self.without_lots(back.picking_type_id)
        self.validate(back, {self.nut: 4}, lot_name=self.bad.name)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.nut.id), ("lot_id", "=", False)]
            + [("location_id", "=", self.stock.id)]
        )
        self.assertEqual(quants.quantity, 4)
        self.assertTrue(quants.recall_hold)


@needs("point_of_sale")
class TestHoldNumbersAtTheTill(TillFlows, HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut.write({"lst_price": 10, "taxes_id": False})
        cls.bolt = cls._create_product("Bolt", "none", lst_price=10, taxes_id=False)
        cls.receive({cls.bad: 10, cls.bolt: 10})

    def ring_up_typed(self, goods):
        order = self.ring_up(goods)
        order.lines.pack_lot_ids.lot_name = "n-bad"
        self.pay(order)
        return order

    def test_other_goods_go_through(self):
        self.hold(self.bad)
        self.assertTrue(self.warehouse.pos_type_id.use_create_lots)
        self.open_till("real")
        order = self.ring_up_typed({self.bad: 2, self.bolt: 3})
        done = order.picking_ids.move_ids.filtered(lambda move: move.state == "done")
        self.assertEqual(done.product_id, self.bolt)
        self.assertTrue(order.picking_ids.activity_ids)

    def test_till_without_new_lots(self):
        self.hold(self.bad)
        self.warehouse.pos_type_id.use_create_lots = False
        self.open_till("real")
        order = self.ring_up_typed({self.bad: 2, self.bolt: 3})
        done = order.picking_ids.move_ids.filtered(lambda move: move.state == "done")
        self.assertEqual(done.product_id, self.bolt)
        self.assertTrue(order.picking_ids.activity_ids)

    def test_refund_arrives_held(self):
        self.open_till("real")
        self.sell({self.bad: 2})
        self.hold(self.bad)
        order = self.ring_up_typed({self.bad: -1})
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        lots = order.picking_ids.move_line_ids.lot_id
        self.assertTrue(all(lots.mapped("recall_hold")))
