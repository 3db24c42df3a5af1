"""What becomes of reservations when their goods are held."""

from unittest.mock import patch

from odoo.exceptions import ValidationError

from odoo.addons.stock_recall.models import recall_hold_settle

from .flows import needs
from .hold_common import HoldCommon


class TestHoldSettle(HoldCommon):
    """Reservations of held goods are broken, others made, and people told."""

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 4})

    def test_reservation_is_broken_and_the_other_lot_taken(self):
        order = self.order({self.nut: 6})
        self.hold_case(self.bad)
        self.assertEqual(self.reserved(order.picking_ids.move_ids), {self.good: 4})

    def test_picked_lines_lose_their_goods_too(self):
        picking = self.order({self.bad: 6}).picking_ids
        self.fill(picking.move_ids, {self.bad: 6})
        self.hold_case(self.bad)
        self.assertEqual(self.reserved(picking.move_ids), {self.good: 4})
        self.assertFalse(picking.move_ids.picked)

    def test_nothing_is_left_reserved_on_the_quants(self):
        self.order({self.nut: 6})
        self.hold_case(self.bad)
        quants = self.bad.quant_ids.filtered(lambda q: q.location_id == self.stock)
        self.assertEqual(quants.mapped("reserved_quantity"), [0])

    def test_document_is_listed_with_what_it_lost_and_lacks(self):
        order = self.order({self.nut: 6})
        case = self.hold_case(self.bad)
        row = case.interruption_ids
        self.assertEqual(row.document, order.picking_ids.name)
        self.assertEqual(row.lot_id, self.bad)
        self.assertEqual(row.quantity, 6)
        self.assertEqual(row.quantity_short, 2)
        self.assertEqual(row.partner_id, self.consignee)
        self.assertEqual(row.sale_id, order)

    def test_what_is_short_is_said_once(self):
        self.receive({self.good: 1})
        order = self.order({self.nut: 12})
        case = self.hold_case(self.bad, self.good)
        rows = case.interruption_ids
        self.assertEqual(sorted(rows.mapped("quantity")), [2, 10])
        self.assertEqual(sum(rows.mapped("quantity_short")), 12)
        self.assertEqual(rows.mapped("quantity"), rows.mapped("quantity_short"))
        (other,) = self.lots(self.nut, "N-OTHER")
        self.receive({other: 3})
        order.picking_ids.action_assign()
        rows.invalidate_recordset()
        self.assertEqual(sum(rows.mapped("quantity_short")), 9)
        for row in rows:
            self.assertLessEqual(row.quantity_short, row.quantity)
        short = rows[1].quantity_short
        rows.invalidate_recordset()
        self.assertEqual(rows[1].quantity_short, short)  # asked alone

    def test_what_is_still_short_is_found(self):
        self.order({self.nut: 6})
        rows = self.hold_case(self.bad).interruption_ids
        for domain, is_found in (
            ([("quantity_short", ">", 0)], True),
            ([("quantity_short", ">", 2)], False),
            ([("quantity_short", ">=", 2)], True),
            ([("quantity_short", "=", 2)], True),
            ([("quantity_short", "!=", 0)], True),
            ([("quantity_short", "<=", 0)], False),
        ):
            with self.subTest(domain=domain):
                found = self._as(self.team, rows).search(domain)
                self.assertEqual(rows <= found, is_found)
        self.receive({self.good: 2})
        rows.move_id._action_assign()
        self.assertFalse(rows.search([("quantity_short", ">", 0)]) & rows)
        self.assertEqual(rows.search([("quantity_short", "=", 0)]) & rows, rows)
        rows.move_id._action_cancel()
        self.assertEqual(rows.search([("quantity_short", "<=", 0)]) & rows, rows)

    def test_short_of_what_was_never_there_is_not_said(self):
        self.order({self.nut: 20})
        case = self.hold_case(self.bad)
        self.assertEqual(case.interruption_ids.quantity_short, 10)

    def test_transfer_says_what_it_lost(self):
        picking = self.order({self.nut: 6}).picking_ids
        self.hold_case(self.bad)
        note = self._as(self.stock_user, picking).recall_interruption_note
        self.assertIn("6 Units of N-BAD", note)
        self.assertFalse(
            self.order({self.good: 1}).picking_ids.recall_interruption_note
        )

    def test_transfer_that_lost_many_lots_says_what_is_short_first(self):
        lots = self.lots(self._create_product("Date"), *(f"D{n}" for n in range(9)))
        self.receive(dict.fromkeys(lots, 1))
        picking = self.order(dict.fromkeys(lots, 1)).picking_ids
        self.hold_case(self.env["stock.lot"].concat(*lots))
        note = picking.recall_interruption_note
        self.assertEqual(note.count("Units of D"), 5)
        self.assertEqual(note.count("nothing else could be reserved"), 1)
        self.assertTrue(note.endswith("; 4 more"))

    def test_transfer_says_which_case_took_its_goods_and_why(self):
        picking = self.order({self.nut: 6}).picking_ids
        cases = self.hold_case(self.bad, title="Glass in nuts")
        cases |= self.hold_case(self.bad, title="Also rancid")
        self.assertEqual(
            self._as(self.stock_user, picking).recall_interruption_cause,
            f"{cases[0].name}: Glass in nuts · {cases[1].name}: Also rancid",
        )

    def test_note_of_a_transfer_goes_with_the_hold(self):
        picking = self.order({self.bad: 6}).picking_ids
        case, other = self.hold_case(self.bad), self.hold_case(self.bad)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        picking.invalidate_recordset()
        self.assertEqual(
            picking.recall_interruption_note,
            "6 Units of N-BAD (others are reserved instead, 2 Units still short)",
        )
        self._as(self.manager, other.hold_ids)._release("Tested negative")
        picking.invalidate_recordset()
        self.assertFalse(picking.recall_interruption_note)

    def test_responsible_gets_one_activity_for_all_documents(self):
        seller = self._create_user("seller", "sales_team.group_sale_salesman")
        orders = [self.order({self.nut: 2}, user_id=seller.id) for _order in range(3)]
        self.hold_case(self.bad)
        activities = self.env["mail.activity"].search([("user_id", "=", seller.id)])
        self.assertEqual(len(activities), 1)
        for order in orders:
            self.assertIn(order.picking_ids.name, activities.note)

    def test_case_counts_its_own_reservations_only(self):
        self.order({self.nut: 6})
        mine = self._create_lot_case(self.bad)
        other = self._create_lot_case(self.good)
        (mine | other).action_hold()
        self.assertEqual(mine.unsettled_count, 1)
        self.assertEqual(other.unsettled_count, 0)

    def test_case_says_what_lost_its_goods(self):
        order = self.order({self.nut: 6})
        case = self.hold_case(self.bad)
        said = case.message_ids.filtered(lambda m: "Reservations broken" in m.body)
        self.assertEqual(len(said), 1)
        self.assertIn(f"{order.picking_ids.name}: 6 Units of N-BAD", said.body)
        self.env["recall.hold"]._settle()
        self.assertEqual(case.message_ids[0], said)

    def test_what_a_precaution_broke_is_told_to_the_case_that_follows(self):
        picking = self.order({self.bad: 6}).picking_ids
        self.hold(self.bad)
        self.settle()
        case = self.hold_case(self.bad)
        row = case.interruption_ids
        self.assertEqual(row.document, picking.name)
        self.assertEqual((row.quantity, row.quantity_short), (6, 2))
        self.assertEqual(row.hold_id, case.hold_ids)
        self.assertIn(picking.name, case.message_ids[0].body)
        self.assertEqual(
            picking.recall_interruption_note,
            "6 Units of N-BAD (others are reserved instead, 2 Units still short)",
        )
        self.assertEqual(len(picking.activity_ids), 1)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        case.action_hold()
        self.assertEqual(case.interruption_ids, row)

    def test_both_cases_are_told_what_was_broken(self):
        picking = self.order({self.bad: 6}).picking_ids
        cases = self._create_lot_case(self.bad) | self._create_lot_case(self.bad)
        cases.action_hold()
        self.settle()
        for case in cases:
            self.assertEqual(case.interruption_ids.document, picking.name)
            self.assertEqual(case.interruption_ids.quantity_short, 2)
            self.assertIn(picking.name, case.message_ids[0].body)
        self.assertEqual(
            picking.recall_interruption_note,
            "6 Units of N-BAD (others are reserved instead, 2 Units still short)",
        )
        self.assertEqual(len(picking.activity_ids), 1)

    def test_settling_twice_tells_once(self):
        self.order({self.nut: 6})
        case = self.hold_case(self.bad)
        self.env["recall.hold"]._settle()
        self.assertEqual(len(case.interruption_ids), 1)
        user = case.interruption_ids.user_id
        activities = self.env["mail.activity"].search(
            [("user_id", "=", user.id), ("summary", "ilike", "Held goods")]
        )
        self.assertEqual(len(activities), 1)

    def refuse_to_break(self, stubborn):
        """Let Odoo refuse to break the reservations of lines."""
        registry = self.env.registry["stock.move.line"]
        unlink = registry.unlink

        def refuse(lines):
            if stubborn & lines:
                raise ValidationError(self.env._("Not this one."))
            return unlink(lines)

        self.patch(registry, "unlink", refuse)

    def test_one_line_that_cannot_be_broken_keeps_no_other(self):
        stubborn = self.order({self.nut: 1}).picking_ids.move_line_ids
        others = [self.order({self.nut: 1}).picking_ids.move_ids for _order in "ab"]
        self.refuse_to_break(stubborn)
        with self.assertLogs("odoo.addons.stock_recall", "WARNING"):
            self.hold_case(self.bad)
        for move in others:
            self.assertEqual(self.reserved(move), {self.good: 1})
        self.assertEqual(stubborn.lot_id, self.bad)
        self.assertHeld(self.validate, stubborn.picking_id)

    def test_one_line_that_cannot_be_broken_keeps_no_other_from_quarantine(self):
        stubborn = self.order({self.nut: 1}).picking_ids.move_line_ids
        self.order({self.nut: 2})
        case = self._create_lot_case(self.bad)
        case.action_hold()
        self.refuse_to_break(stubborn)
        held = self.quantity_in(self.bad, self.stock)
        with self.assertLogs("odoo.addons.stock_recall", "WARNING"):
            case.action_quarantine()
        lines = case.quarantine_picking_ids.move_line_ids
        self.assertEqual(sum(lines.mapped("quantity")), held - 1)

    def test_batches_that_cannot_be_broken_keep_no_other(self):
        orders = [self.order({self.nut: 1}).picking_ids.move_ids for _order in "abc"]
        *stubborn, other = orders
        self.refuse_to_break(self.env["stock.move"].concat(*stubborn).move_line_ids)
        with (
            patch.object(recall_hold_settle, "BATCH", 1),
            self.assertLogs("odoo.addons.stock_recall", "WARNING"),
        ):
            self.hold_case(self.bad)
        self.assertEqual(self.reserved(other), {self.good: 1})

    def test_line_that_could_not_be_broken_is_tried_once_by_each_run(self):
        stubborn = self.order({self.nut: 1}).picking_ids.move_line_ids
        others = [self.order({self.nut: 1}).picking_ids.move_ids for _order in "ab"]
        self._create_lot_case(self.bad).action_hold()
        self.refuse_to_break(stubborn)
        with patch.object(recall_hold_settle, "BATCH", 1):
            for _run in range(2):
                with self.assertLogs("odoo.addons.stock_recall", "WARNING") as logs:
                    self.run_cron("ir_cron_recall_settle")
                self.assertEqual(len(logs.output), 1)
                for move in others:
                    self.assertEqual(self.reserved(move), {self.good: 1})

    def test_reservation_made_meanwhile_is_found_by_the_second_look(self):
        self.hold_case(self.bad)
        order = self.order({self.good: 1})
        move = order.picking_ids.move_ids
        # as a transaction would that began before the hold
        self.env.cr.execute(
            "UPDATE stock_move_line SET lot_id = %s WHERE move_id = %s",
            (self.bad.id, move.id),
        )
        self.env.invalidate_all()
        self.env["stock.quant"]._update_reserved_quantity(
            self.nut, self.stock, 1, lot_id=self.bad
        )
        self.settle()
        self.assertNotIn(self.bad, self.reserved(move))

    def test_transfer_to_quarantine_keeps_its_reservation(self):
        self.hold(self.bad)
        picking = self.open_quarantine_transfer(10)
        self.settle()
        self.assertEqual(self.reserved(picking.move_ids), {self.bad: 10})

    @needs("mrp")
    def test_production_that_lost_its_component_is_listed(self):
        paste = self._create_product("Paste")
        order = self.order_production(paste, 1, {self.nut: 6})
        order.action_assign()
        case = self.hold_case(self.bad)
        self.assertEqual(case.interruption_ids.document, order.name)
        self.assertEqual(case.interruption_ids.res_model, "mrp.production")
        self.assertEqual(self.reserved(order.move_raw_ids), {self.good: 4})

    @needs("mrp")
    def test_production_says_what_it_lost(self):
        """Whoever has its printout has to know; a transfer says it in a banner."""
        order = self.order_production(self._create_product("Paste"), 1, {self.nut: 6})
        order.action_assign()
        case = self.hold_case(self.bad)
        said = " ".join(order.message_ids.mapped("body"))
        self.assertIn(case.name, said)
        self.assertIn(f"6 Units of {self.bad.name}", said)
