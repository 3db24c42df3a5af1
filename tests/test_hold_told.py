"""What people are told of documents that lost goods to a hold."""

from odoo.fields import Command
from odoo.tools import html2plaintext

from .hold_common import HoldCommon, LooseCommon


class TestHoldTold(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10})
        cls.seller = cls._create_user("seller", "sales_team.group_sale_salesman")

    def order(self, goods, **vals):
        return super().order(goods, **{"user_id": self.seller.id, **vals})

    def told(self, case):
        """What the seller and the case are told, which is the same."""
        activity = self.env["mail.activity"].search([("user_id", "=", self.seller.id)])
        said = case.message_ids.filtered(lambda m: "Reservations broken" in m.body)
        row = case.interruption_ids
        self.assertIn(row._get_told(), activity.note)
        self.assertIn(row._get_told(), said.body)
        self.assertNotIn("where there are any", activity.note)
        return row._get_told()

    def test_others_are_reserved(self):
        self.receive({self.good: 6})
        picking = self.order({self.bad: 6}).picking_ids
        self.assertEqual(
            self.told(self.hold_case(self.bad)),
            f"{picking.name}: 6 Units of N-BAD (others are reserved instead)",
        )

    def test_some_others_are_reserved(self):
        self.receive({self.good: 4})
        picking = self.order({self.bad: 6}).picking_ids
        self.assertEqual(
            self.told(self.hold_case(self.bad)),
            f"{picking.name}: 6 Units of N-BAD (others are reserved instead, 2 Units "
            "still short)",
        )

    def test_nothing_else_is_there(self):
        picking = self.order({self.bad: 6}).picking_ids
        self.assertEqual(
            self.told(self.hold_case(self.bad)),
            f"{picking.name}: 6 Units of N-BAD (nothing else could be reserved)",
        )

    def picked(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order({self.bad: 6})
        self.validate(order.picking_ids)
        return order

    def test_others_are_picked_anew(self):
        order = self.picked()
        self.receive({self.good: 6})
        case = self.hold_case(self.bad)
        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        ship = order.picking_ids.filtered(lambda p: p.state == "waiting")
        self.assertEqual(
            self.told(case),
            f"{ship.name}: 6 Units of N-BAD (others are picked anew by {pick.name})",
        )

    def test_some_others_are_picked_anew(self):
        order = self.picked()
        self.receive({self.good: 5})
        case = self.hold_case(self.bad)
        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.assertIn(f"picked anew by {pick.name}, 1 Units still", self.told(case))

    def test_cancelled_before_it_is_told(self):
        """Nothing is short any more, and nothing was reserved instead."""
        picking = self.order({self.bad: 6}).picking_ids
        case = self._create_lot_case(self.bad)
        case.action_hold()
        self.env["recall.hold"]._break(picking.move_line_ids)
        picking.action_cancel()
        self.settle()
        self.assertEqual(self.told(case), f"{picking.name}: 6 Units of N-BAD")

    def test_transfer_is_told_of_beside_a_move_without_one(self):
        vals = {"location_id": self.stock.id, "location_dest_id": self.customers.id}
        move = self.env["stock.move"].create(
            {"product_id": self.nut.id, "product_uom_qty": 1, **vals}
        )
        move._action_confirm()
        move._action_assign()
        self.assertFalse(move.picking_id)
        picking = self.order({self.bad: 6}, user_id=False).picking_ids
        picking.user_id = False
        case = self.hold_case(self.bad)
        self.assertEqual(len(case.interruption_ids), 2)
        self.assertEqual(len(picking.activity_ids), 1)
        self.assertIn(picking.name, picking.activity_ids.note)

    def test_who_left_is_not_told(self):
        order = self.order({self.bad: 6}, user_id=False)
        order.picking_ids.user_id = False
        self.env["recall.hold"].with_user(self.team).sudo()._place(self.bad, "Glass")
        self.team.active = False
        self.settle()
        self.assertTrue(order.picking_ids.activity_ids.user_id.active)

    def test_who_is_told_works_in_the_company_of_the_document(self):
        self._create_user("keeper", "stock.group_stock_manager", self.other_company)
        warehouse = self.other_warehouse
        self.receive({self.bad: 10}, warehouse=warehouse)
        order = self.order({self.bad: 4}, warehouse=warehouse, user_id=False)
        picking = order.picking_ids
        picking.user_id = False
        holds = self.env["recall.hold"].with_user(self.team).sudo()
        holds.with_company(self.company)._place(self.bad, "Salmonella")
        self.settle()
        user = picking.activity_ids.user_id
        self.assertIn(self.other_company, user.company_ids)
        self.assertTrue(picking.with_user(user).has_access("read"))

    def test_documents_of_each_company_are_told_by_themselves(self):
        """Who sees the document of one may not see that of the other."""
        self.receive({self.bad: 5}, warehouse=self.other_warehouse)
        pickings = [
            self.order({self.bad: 5}, warehouse=warehouse, user_id=False).picking_ids
            for warehouse in (self.warehouse, self.other_warehouse)
        ]
        for picking in pickings:
            picking.user_id = self.group_team
        both = self.company | self.other_company
        self.hold_case(self.bad, company_ids=[Command.set(both.ids)])
        for picking, other in (pickings, pickings[::-1]):
            self.assertEqual(picking.activity_ids.user_id, self.group_team)
            self.assertIn(picking.name, picking.activity_ids.note)
            self.assertNotIn(other.name, picking.activity_ids.note)

    def test_told_first_of_what_is_short(self):
        orders = [self.order({self.bad: 5}, user_id=False) for _order in range(2)]
        replaced, short = (order.picking_ids for order in orders)
        (replaced | short).user_id = self.seller
        self.receive({self.good: 5})
        self.hold_case(self.bad)
        self.assertFalse(replaced.activity_ids)
        self.assertIn(replaced.name, short.activity_ids.note)

    def test_both_cases_are_told_the_same(self):
        self.receive({self.good: 4})
        self.order({self.bad: 6})
        first, second = (self._create_lot_case(self.bad) for _case in range(2))
        (first | second).action_hold()
        self.settle()
        told = [case.interruption_ids._get_told() for case in (first, second)]
        self.assertEqual(told[0], told[1])
        self.assertIn("2 Units still short", told[0])


class TestHoldToldEmpty(LooseCommon):
    """Where all goods without a lot have left a place on hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.cookie: 20})
        holds = cls.env["recall.hold"].with_user(cls.team).sudo()
        holds._place(cls.bad.browse(), "Glass", cls.case, [(cls.cookie, cls.stock)])
        cls.quarantine = cls.warehouse.recall_quarantine_loc_id

    def told(self):
        """[message on the case that tells of the hold on the empty place]"""
        messages = self.case.message_ids.filtered(lambda m: "stays" in m.body)
        return [message.body for message in messages]

    def test_place_that_is_empty_now(self):
        self.move({self.cookie: 20}, self.quarantine)
        (told,) = self.told()
        place = self.stock.display_name
        self.assertIn(f"<li>{place} · Cookie</li>", told)
        self.assertIn("comes in there will be on hold", told)
        self.assertIn("until a recall manager releases it", told)
        # as it says
        self.receive({self.cookie: 50})
        self.assertHeld(self.deliver, {self.cookie: 1}, names=["Cookie"])

    def test_place_where_some_are_left(self):
        self.move({self.cookie: 18}, self.quarantine)
        self.assertFalse(self.told())
        self.scrap({self.cookie: 2})
        self.assertEqual(len(self.told()), 1)

    def test_goods_with_a_lot_empty_no_place(self):
        self.receive({self.bad: 5})
        self.hold(self.bad, case=self.case)
        self.move({self.bad: 5}, self.quarantine)
        self.assertFalse(self.told())

    def test_place_that_was_released(self):
        self._as(self.manager, self.case.hold_ids)._release("Tested negative")
        self.hold_in(self.shelf, case=self.case)
        self.move({self.cookie: 20}, self.quarantine)
        self.assertFalse(self.told())


class TestHoldToldReleased(LooseCommon):
    """Who replaces goods is asked whether they are wanted, once those are free."""

    def setUp(self):
        super().setUp()
        self.warehouse.delivery_steps = "pick_ship"
        self.output = self.warehouse.wh_output_stock_loc_id
        self.receive({self.cookie: 20})
        picking = self.order({self.cookie: 5}).picking_ids
        self.validate(picking, {self.cookie: 5})

    def pick_anew(self):
        """The transfer that brings others instead of what is held at the output."""
        self.settle()
        return self.env["recall.interruption"].search([]).picking_id

    def release(self, hold):
        self._as(self.manager, hold)._release("Tested negative")

    def test_loose_goods_that_another_case_holds_are_not_free(self):
        other = self._create_lot_case(self.good)
        first = self.hold_in(self.output, case=self.case)
        second = self.hold_in(self.output, case=other)
        anew = self.pick_anew()
        self.assertEqual(len(anew), 1)
        self.release(first)
        self.assertFalse(anew.activity_ids)
        self.release(second)
        self.assertEqual(len(anew.activity_ids), 1)

    def test_loose_goods_of_another_place_are_no_matter(self):
        first = self.hold_in(self.output, case=self.case)
        anew = self.pick_anew()
        elsewhere = self.hold_in(self.shelf, case=self.case)
        self.release(elsewhere)
        self.assertFalse(anew.activity_ids)
        self.hold_in(self.shelf, case=self.case)
        self.release(first)
        self.assertEqual(len(anew.activity_ids), 1)

    def test_names_are_no_markup(self):
        self.cookie.name = "Cookie <raw> & salted"
        hold = self.hold_in(self.output, case=self.case)
        anew = self.pick_anew()
        self.release(hold)
        note = html2plaintext(anew.activity_ids.note)
        self.assertIn("5 Units of Cookie <raw> & salted", note)
