"""Placing and releasing holds, and what people see of them."""

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.stock_recall.models.recall_hold import TRUSTED

from .flows import needs
from .hold_common import HoldCommon


class TestHold(HoldCommon):
    def test_hold_says_why_and_for_which_case(self):
        case = self.hold_case(self.bad, title="Salmonella in nuts")
        self.assertTrue(self.bad.recall_hold)
        self.assertIn(case.name, self.bad.recall_hold_reason)
        self.assertIn("Salmonella in nuts", self.bad.recall_hold_reason)
        self.assertFalse(self.good.recall_hold)

    def test_who_finds_goods_blocked_reads_why(self):
        self.receive({self.bad: 5})
        self.hold(self.bad, reason="Odd smell")
        self.assertEqual(self.bad.recall_hold_reason, "Precaution: Odd smell")
        picking = self.order({self.bad: 1}).picking_ids
        precaution = "N-BAD · Nut is on hold as a precaution (Odd smell)."
        self.assertRefusal(precaution, self.validate, picking, {self.bad: 1})
        self.bad.recall_hold_ids.with_user(self.manager)._release("cleared")
        case = self.hold_case(self.bad, title="Salmonella in nuts")
        refusal = f"N-BAD · Nut is on hold for {case.name} (Salmonella in nuts)."
        self.assertRefusal(refusal, self.validate, picking, {self.bad: 1})

    def assertRefusal(self, statement, flow, *args):
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            flow(*args)
        self.assertTrue(str(refused.exception).startswith(f"{statement} It cannot go"))

    def test_lots_on_hold_are_found(self):
        self.hold(self.bad)
        lots = self.env["stock.lot"].search(
            [("recall_hold", "=", True), ("product_id", "=", self.nut.id)]
        )
        self.assertEqual(lots, self.bad)
        lots = self.env["stock.lot"].search(
            [("recall_hold", "=", False), ("product_id", "=", self.nut.id)]
        )
        self.assertEqual(lots, self.good)

    def test_what_follows_a_hold_knows_nothing_of_the_flow_that_placed_it(self):
        """A till's goods are sold, but not all whose reservations are broken then."""
        flow = {"recall_till": TRUSTED, "quants_cache": {}, "default_picked": True}
        holds = self.env["recall.hold"].with_context(**flow, lang="en_US")
        self.env.cr.postcommit.clear()
        with patch.object(self.registry["recall.hold"], "_settle_at_once") as settle:
            holds._place(self.bad, "Glass")
            self.env.cr.postcommit.run()
        context = settle.call_args.args[2]
        self.assertEqual(context["lang"], "en_US")
        self.assertFalse(flow.keys() & context.keys())

    def test_holding_twice_changes_nothing(self):
        case = self.hold_case(self.bad)
        holds, messages = case.hold_ids, case.message_ids
        case.action_hold()
        self.assertEqual(case.hold_ids, holds)
        self.assertEqual(case.message_ids, messages)

    def test_hold_of_a_case_never_traced_traces_it(self):
        case = self._create_lot_case(self.bad)
        case.action_hold()
        self.assertTrue(case.traced_at)
        self.assertEqual(case.hold_ids.lot_id, self.bad)

    def test_excluded_lots_are_not_held(self):
        self.receive({self.bad: 1, self.good: 1})
        case = self._create_lot_case(self.bad | self.good)
        case.action_trace()
        row = case.affected_ids.filtered(lambda row: row.lot_id == self.good)
        row.write({"in_scope": False, "exclusion_reason": "Tested"})
        case.action_hold()
        self.assertEqual(case.hold_ids.lot_id, self.bad)

    def test_who_holds_is_told_what_is_on_hold(self):
        told = self._create_lot_case(self.bad).action_hold()["params"]
        self.assertEqual(told["type"], "success")
        self.assertIn("on hold: 1.", told["message"])

    def test_who_holds_nothing_is_told_so(self):
        case = self._create_lot_case(self.bad)
        case.action_trace()
        case.affected_ids.write({"in_scope": False, "exclusion_reason": "Tested"})
        told = case.action_hold()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertNotIn("can leave", told["message"])

    def test_mock_recall_holds_nothing(self):
        case = self._create_lot_case(self.bad, recall_type="mock")
        case.action_trace()
        with self.assertRaisesRegex(UserError, "mock recall"):
            case.action_hold()
        self.assertFalse(self.bad.recall_hold)

    def test_closed_case_holds_nothing(self):
        case = self._create_lot_case(self.bad)
        case.action_cancel()
        with self.assertRaises(UserError):
            case.action_hold()

    def test_hold_from_the_draft_on(self):
        """Containment waits for no approval."""
        states = dict(self.env["recall.case"]._fields["state"].selection)
        open_states = ["draft", "evaluation", "approval", "ongoing"]
        for state in states:
            (lot,) = self.lots(self.nut, f"N-{state}")
            case = self._as(self.team, self._create_lot_case(lot))
            case._set_state(state)
            with self.subTest(state=state):
                if state in open_states:
                    case.action_hold()
                else:
                    with self.assertRaisesRegex(UserError, states[state]):
                        case.action_hold()
                self.assertEqual(lot.recall_hold, state in open_states)

    @needs("mrp")
    def test_products_made_from_it_are_held(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        self.receive({self.bad: 5})
        self.produce({made: 2}, {self.bad: 1})
        self.hold_case(self.bad)
        self.assertTrue(made.recall_hold)

    @needs("mrp")
    def test_goods_without_a_lot_are_held_where_they_may_be(self):
        cookie = self._create_product("Cookie", "none")
        other = self.new_warehouse("W2")
        self.receive({self.bad: 5})
        self.receive({cookie: 3}, warehouse=other)
        self.produce({cookie: 2}, {self.bad: 1})
        case = self.hold_case(self.bad)
        hold = case.hold_ids.filtered(lambda hold: not hold.lot_id)
        self.assertEqual(hold.product_id, cookie)
        self.assertEqual(hold.location_id, self.warehouse.view_location_id)
        self.assertFalse(self.order({cookie: 1}).picking_ids.move_line_ids)
        self.deliver({cookie: 3}, warehouse=other)

    @needs("mrp")
    def test_goods_without_a_lot_that_are_not_held_are_counted(self):
        cookie = self._create_product("Cookie", "none")
        self.receive({self.bad: 5})
        case = self.hold_case(self.bad)
        self.assertEqual(case.not_held_count, 0)
        hold = case.hold_ids
        self._as(self.manager, hold)._release("To be used")
        self.produce({cookie: 2}, {self.bad: 1})
        case.action_trace()
        self.assertEqual(case.not_held_count, 1)
        self.assertEqual(case.released_count, 1)
        case.action_hold()
        self.assertFalse(case.not_held_count or case.released_count)

    def test_report_of_a_hold_names_the_places(self):
        other = self.new_warehouse("W2")
        self.receive({self.bad: 7})
        self.receive({self.bad: 3}, warehouse=other)
        case = self.hold_case(self.bad)
        bodies = " ".join(case.message_ids.mapped("body"))
        self.assertIn(f"{self.stock.display_name}: 7 Units", bodies)
        self.assertIn("W2/Stock: 3 Units", bodies)

    def test_report_of_a_hold_lists_places_in_order(self):
        names = ["ZB", "ZC", "ZA"]
        for name in names:
            self.receive({self.bad: 1}, warehouse=self.new_warehouse(name))
        body = " ".join(self.hold_case(self.bad).message_ids.mapped("body"))
        self.assertEqual(
            sorted(names, key=lambda name: body.index(f"{name}/Stock")), sorted(names)
        )

    def test_report_tells_what_is_beyond_reach(self):
        self.receive({self.bad: 7})
        self.send({self.bad: 3}, self.new_warehouse("W2"))
        self.deliver({self.bad: 2})
        case = self.hold_case(self.bad)
        body = " ".join(case.message_ids.mapped("body"))
        beyond = body.split("Beyond reach")[1]
        transit = self.company.internal_transit_location_id.display_name
        self.assertIn(f"{transit}: 3 Units", beyond)
        self.assertIn("At consignees: 2 Units", beyond)
        self.assertNotIn(self.customers.display_name, body)

    def test_case_is_traced_again_after_its_hold(self):
        case = self.hold_case(self.bad)
        count = case.trace_count
        for _run in range(2):
            self.run_cron("ir_cron_recall_retrace")
            self.assertEqual(case.trace_count, count + 1)

    def test_case_is_traced_again_after_its_reservations_are_broken(self):
        """What the trace found on its way is not on its way any more."""
        self.receive({self.bad: 6})
        self.order({self.bad: 6})
        case = self._create_lot_case(self.bad)
        case.action_hold()
        self.run_cron("ir_cron_recall_retrace")
        self.assertEqual(case.pending_figure, "6 Units")
        self.settle()
        count = case.trace_count
        for _run in range(2):
            self.run_cron("ir_cron_recall_retrace")
            self.assertEqual(case.trace_count, count + 1)
        self.assertEqual(case.pending_figure, "0")

    def test_trace_after_broken_reservations_holds_nothing(self):
        """What was found newly since then waits for somebody to press the button."""
        self.receive({self.bad: 6, self.good: 1})
        self.order({self.bad: 6})
        case = self._create_lot_case(self.bad)
        case.action_hold()
        self.run_cron("ir_cron_recall_retrace")
        case.scope_ids.lot_ids += self.good
        self.settle()
        self.run_cron("ir_cron_recall_retrace")
        self.assertEqual(case.not_held_count, 1)
        self.assertFalse(self.good.recall_hold)

    def made_since_the_trace(self):
        """A traced case, and a lot that was made of its goods since then."""
        (made,) = self.lots(self._create_product("Paste"), "P1")
        self.receive({self.bad: 5})
        case = self._create_lot_case(self.bad)
        case.action_trace()
        self.produce({made: 1}, {self.bad: 1})
        return case, made

    @needs("mrp")
    def test_who_pressed_hold_is_named_for_what_follows(self):
        case, made = self.made_since_the_trace()
        self._as(self.manager, case).action_hold()
        self.run_cron("ir_cron_recall_retrace")
        self.assertEqual(case.traced_by_id, self.manager)
        self.assertTrue(made.recall_hold)
        self.assertEqual(case.hold_ids.placed_by, self.manager)

    @needs("mrp")
    def test_what_was_made_since_the_trace_is_held_with_the_rest(self):
        paste = self._create_product("Paste")
        old, made = self.lots(paste, "P1", "P2")
        self.receive({self.bad: 5})
        self.produce({old: 1}, {self.bad: 1})
        case = self._create_lot_case(self.bad)
        case.action_trace()
        self.produce({made: 1}, {self.bad: 1})
        case.action_hold()
        released = case.hold_ids.filtered(lambda hold: hold.lot_id == old)
        self._as(self.manager, released)._release("Tested negative")
        self.assertFalse(made.recall_hold)
        self.run_cron("ir_cron_recall_retrace")
        self.assertTrue(made.recall_hold)
        self.assertFalse(old.recall_hold)

    @needs("mrp")
    def test_what_a_person_traced_first_is_held_all_the_same(self):
        case, made = self.made_since_the_trace()
        case.action_hold()
        self.wait()
        case.action_trace()  # sooner than the cron
        self.assertFalse(made.recall_hold)
        self.run_cron("ir_cron_recall_retrace")
        self.assertTrue(made.recall_hold)

    def test_what_a_person_finds_later_waits_for_the_next_hold(self):
        """That is Hold Now, or a hold that goes along with goods."""
        case = self.hold_case(self.bad)
        self.run_cron("ir_cron_recall_retrace")
        case.scope_ids.lot_ids |= self.good
        case.action_trace()
        self.run_cron("ir_cron_recall_retrace")
        self.assertEqual(case.not_held_count, 1)
        self.assertFalse(self.good.recall_hold)
        (same,) = self.lots(self.nut, "n-bad")
        self.assertEqual(same.recall_hold_ids.case_id, case)
        self.run_cron("ir_cron_recall_retrace")
        self.assertTrue(self.good.recall_hold)

    # Releasing

    def test_release_by_another_manager_with_a_reason(self):
        hold = self.hold(self.bad)
        self._as(self.manager, hold)._release("Tested negative")
        self.assertFalse(self.bad.recall_hold)
        self.assertEqual(hold.state, "released")
        self.assertEqual(hold.released_by, self.manager)
        self.assertEqual(hold.release_reason, "Tested negative")
        self.receive({self.bad: 1})
        self.deliver({self.bad: 1})

    def test_release_by_who_placed_it_is_refused(self):
        case = self._as(self.manager, self._create_lot_case(self.bad))
        case.action_hold()
        with self.assertRaisesRegex(UserError, "placed this hold yourself"):
            case.hold_ids._release("Tested negative")

    def test_release_by_the_team_is_refused(self):
        hold = self.hold(self.bad)
        with self.assertRaises(AccessError):
            self._as(self.team, hold)._release("Tested negative")

    def test_release_without_a_reason_is_refused(self):
        hold = self._as(self.manager, self.hold(self.bad))
        with self.assertRaisesRegex(UserError, "reason"):
            hold._release("  ")

    def test_release_of_a_hold_of_another_company_is_refused(self):
        holds = self.env["recall.hold"].with_company(self.other_company)
        hold = holds._place(self.bad, "Glass")
        with self.assertRaises(AccessError):
            self._as(self.manager, hold)._release("Tested negative")

    def test_released_twice_is_refused(self):
        hold = self._as(self.manager, self.hold(self.bad))
        hold._release("Tested negative")
        with self.assertRaisesRegex(UserError, "released already"):
            hold._release("Again")

    def test_lot_stays_held_while_another_hold_is_active(self):
        first = self.hold(self.bad)
        self.hold_case(self.bad)
        self._as(self.manager, first)._release("Tested negative")
        self.assertTrue(self.bad.recall_hold)

    def test_release_is_told_on_the_case(self):
        case = self.hold_case(self.bad)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        self.assertIn("Tested negative", case.message_ids[0].body)

    def test_released_lot_can_be_held_again(self):
        case = self.hold_case(self.bad)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        case.action_hold()
        self.assertTrue(self.bad.recall_hold)
        self.assertEqual(len(case.hold_ids), 2)

    def test_what_was_released_is_told_from_what_was_found_newly(self):
        self.receive({self.bad: 5, self.good: 5})
        case = self.hold_case(self.bad)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        self.assertEqual((case.not_held_count, case.released_count), (0, 1))
        case.scope_ids.lot_ids = self.bad | self.good
        case.action_trace()
        self.assertEqual((case.not_held_count, case.released_count), (1, 1))

    def test_hold_now_of_the_screen_leaves_released_goods_alone(self):
        case = self.hold_case(self.bad)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        case.scope_ids.lot_ids = self.bad | self.good
        case.action_trace()
        case.with_context(recall_hold_newly=True).action_hold()
        self.assertFalse(self.bad.recall_hold)
        self.assertTrue(self.good.recall_hold)
        self.assertEqual((case.not_held_count, case.released_count), (0, 1))

    def test_affected_lots_on_hold_and_released_are_listed(self):
        case = self.hold_case(self.bad, self.good)
        hold = case.hold_ids.filtered(lambda hold: hold.lot_id == self.bad)
        self._as(self.manager, hold)._release("Tested negative")
        (new,) = self.lots(self.nut, "N-NEW")
        case.scope_ids.lot_ids += new
        case.action_trace()
        states = {"held": self.good, "released": self.bad, "not_held": new}
        rows = self._as(self.team, case).affected_ids
        for state, lot in states.items():
            row = rows.filtered(lambda row, lot=lot: row.lot_id == lot)
            self.assertEqual(row.hold_state, state)
            domain = [("case_id", "=", case.id), ("hold_state", "=", state)]
            self.assertEqual(rows.search(domain), row)
        action = self._as(self.team, case).action_view_released()
        self.assertIn("search_default_released", action["context"])

    def test_what_another_case_held_was_not_released_by_this_one(self):
        first = self.hold_case(self.bad)
        self._as(self.manager, first.hold_ids)._release("Tested negative")
        second = self._create_lot_case(self.bad)
        second.action_trace()
        self.assertEqual((second.not_held_count, second.released_count), (1, 0))

    def test_goods_without_a_lot_are_released_place_by_place(self):
        cookie = self._create_product("Cookie", "none")
        other = self.new_warehouse("W2")
        self.receive({cookie: 3})
        case = self._create_lot_case(self.bad)
        case.scope_ids = [
            Command.clear(),
            Command.create({"kind": "product", "product_ids": cookie.ids}),
        ]
        case.action_hold()
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        self.assertEqual((case.not_held_count, case.released_count), (0, 1))
        self.receive({cookie: 3}, warehouse=other)
        case.action_trace()
        self.assertEqual((case.not_held_count, case.released_count), (1, 0))
        case.with_context(recall_hold_newly=True).action_hold()
        self.assertEqual((case.not_held_count, case.released_count), (0, 1))

    def test_release_wizard(self):
        hold = self.hold(self.bad)
        action = self._as(self.manager, hold).action_release()
        wizard = self._as(self.manager, self.env[action["res_model"]])
        form = Form(wizard.with_context(**action["context"]))
        form.reason = "Tested negative"
        form.save().action_release()
        self.assertFalse(self.bad.recall_hold)

    def test_all_holds_of_a_case_are_released_at_once(self):
        case = self.hold_case(self.bad, self.good)
        action = self._as(self.manager, case).action_release()
        wizard = self._as(self.manager, self.env[action["res_model"]])
        form = Form(wizard.with_context(**action["context"]))
        self.assertFalse(form.own_holds)
        form.reason = "Tested negative"
        form.save().action_release()
        self.assertFalse(self.bad.recall_hold or self.good.recall_hold)
        with self.assertRaisesRegex(UserError, "is on hold"):
            self._as(self.manager, case).action_release()

    def test_two_managers_who_both_placed_release_each_others_holds(self):
        case = self._create_lot_case(self.bad | self.good)
        first = self._create_user("boss", "stock_recall.group_recall_manager")
        case.action_trace()
        holds = self.env["recall.hold"]
        self._as(first, holds).sudo()._place(self.bad, "Glass", case)
        self._as(self.manager, case).action_hold()
        self.assertEqual(len(case.hold_ids.placed_by), 2)
        action = self._as(self.manager, case).action_release()
        wizard = self._as(self.manager, self.env[action["res_model"]])
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.hold_count, 1)
        self.assertIn(self.good.name, form.own_holds)
        self.assertNotIn(self.bad.name, form.own_holds)
        form.reason = "Tested negative"
        form.save().action_release()
        self.assertEqual((self.bad | self.good).mapped("recall_hold"), [False, True])
        with self.assertRaisesRegex(UserError, "placed this hold yourself"):
            self._as(self.manager, case).action_release()
        self._as(first, case).action_release()

    def test_release_of_others_holds_among_own_ones(self):
        """A list of holds of several people, and of some that are over."""
        over = self.hold(self.good)
        self._as(self.manager, over)._release("Mixed up")
        other = self.hold(self.good)
        own = self._as(self.manager, over).sudo()._place(self.bad, "Glass")
        action = self._as(self.manager, over | other | own).action_release()
        wizard = self._as(self.manager, self.env[action["res_model"]])
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.hold_count, 1)
        self.assertEqual(form.own_holds, own.display_name)
        form.reason = "Tested negative"
        form.save().action_release()
        self.assertEqual((other | own).mapped("state"), ["released", "active"])
        self.assertEqual(over.release_reason, "Mixed up")
        with self.assertRaisesRegex(UserError, "placed this hold yourself"):
            self._as(self.manager, over | own).action_release()
        with self.assertRaisesRegex(UserError, "released already"):
            self._as(self.manager, over).action_release()

    def test_release_from_the_lot(self):
        """Of all that holds it, and nothing else of its case."""
        self.hold(self.bad)
        case = self.hold_case(self.bad, self.good)
        action = self._as(self.manager, self.bad).action_release_recall_hold()
        wizard = self._as(self.manager, self.env[action["res_model"]])
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.hold_count, 2)
        form.reason = "Tested negative"
        form.save().action_release()
        self.assertEqual((self.bad | self.good).mapped("recall_hold"), [False, True])
        self.assertEqual(case._get_active_holds().lot_id, self.good)

    def test_release_of_what_is_not_held_is_said(self):
        with self.assertRaisesRegex(UserError, "on hold"):
            self._as(self.manager, self.good).action_release_recall_hold()

    def test_release_of_what_another_company_holds_is_said(self):
        holds = self.env["recall.hold"].with_company(self.other_company)
        holds._place(self.bad, "Glass")
        self.env.invalidate_all()
        lots = self._as(self.manager, self.bad | self.good)
        with self.assertRaisesRegex(UserError, "another company") as refused:
            lots.action_release_recall_hold()
        message = str(refused.exception)
        self.assertIn(self.bad.name, message)
        for secret in (self.good.name, "Glass", self.other_company.name):
            self.assertNotIn(secret, message)

    def test_placing_wizard(self):
        action = self._as(self.team, self.bad).action_place_recall_hold()
        wizard = self._as(self.team, self.env[action["res_model"]])
        form = Form(wizard.with_context(**action["context"]))
        form.reason = "Odd smell"
        form.save().action_place()
        self.assertTrue(self.bad.recall_hold)
        self.assertIn("Odd smell", self.bad.recall_hold_reason)

    def place_by_wizard(self, user, reason, lot=None):
        wizard = self._as(user, self.env["recall.hold.placing"])
        vals = {"lot_ids": [Command.set((lot or self.bad).ids)], "reason": reason}
        return wizard.create(vals).action_place()

    def test_placing_wizard_says_what_was_on_hold_already(self):
        self.place_by_wizard(self.team, "Odd smell")
        told = self.place_by_wizard(self.manager, "Glass")["params"]["message"]
        self.assertIn(self.bad.name, told)
        self.assertIn("not taken", told)
        self.assertIn("Odd smell", self.bad.recall_hold_reason)

    def test_hold_of_a_case_is_of_its_company(self):
        """Its managers release it, also where the goods are a sister's."""
        lot = self._create_lot(self.nut, "N-EXPORT", company_id=self.other_company.id)
        both = self.company | self.other_company
        case = self.hold_case(lot, company_ids=[Command.set(both.ids)])
        self.assertEqual(case.hold_ids.company_id, case.company_id)
        self.assertNotEqual(case.company_id, lot.company_id)

    def test_precaution_is_of_the_company_of_its_lot(self):
        """Whatever company is shown first: those who own the lot release it."""
        lot = self._create_lot(self.nut, "N-EXPORT", company_id=self.other_company.id)
        self.assertEqual(self.group_team.company_id, self.company)
        self.place_by_wizard(self.group_team, "Glass", lot)
        self.assertEqual(lot.recall_hold_ids.company_id, self.other_company)
        told = self.place_by_wizard(self.other_team, "Odd smell", lot)
        self.assertIn("not taken", told["params"]["message"])

    def test_precaution_on_a_lot_of_no_company_is_of_who_places_it(self):
        self.assertFalse(self.bad.company_id)
        self.place_by_wizard(self.other_team, "Glass")
        self.assertEqual(self.bad.recall_hold_ids.company_id, self.other_company)

    def test_precaution_of_each_company_on_a_shared_lot(self):
        """One company's release frees nothing that another has on hold, too."""
        self.place_by_wizard(self.team, "Odd smell")
        told = self.place_by_wizard(self.other_team, "Glass")
        self.assertNotIn("not taken", told["params"]["message"])
        told = self.place_by_wizard(self.other_team, "Glass again")
        self.assertIn("not taken", told["params"]["message"])
        own = self._as(self.manager, self.bad).recall_hold_ids
        self.assertEqual(own.company_id, self.company)
        own._release("Ours is fine")
        self.env.invalidate_all()
        self.assertTrue(self.bad.recall_hold)
        self.assertIn("Glass", self.bad.recall_hold_reason)

    def test_placing_wizard_wants_a_reason(self):
        with self.assertRaises(UserError):
            self.place_by_wizard(self.team, "  ")

    def test_placing_wizard_is_for_the_team(self):
        with self.assertRaises(AccessError):
            self._as(self.stock_user, self.bad).action_place_recall_hold()

    def test_review_reminds_once_and_releases_nothing(self):
        self.hold(self.bad, expires_on="2026-01-05")
        self.run_cron("ir_cron_recall_review")
        self.run_cron("ir_cron_recall_review")
        self.assertEqual(len(self.bad.activity_ids), 1)
        self.assertTrue(self.bad.recall_hold)

    def test_review_waits_for_its_day(self):
        self.hold(self.bad, expires_on="2026-01-07")
        self.hold(self.good)
        self.run_cron("ir_cron_recall_review")
        self.assertFalse(self.bad.activity_ids)
        self.wait(days=2)
        self.run_cron("ir_cron_recall_review")
        self.assertEqual(len(self.bad.activity_ids), 1)
        self.assertFalse(self.good.activity_ids, "no day was named")

    def test_review_shows_the_reason_as_it_was_typed(self):
        self.hold(self.bad, reason="Glass in <raw> & salted", expires_on="2026-01-05")
        self.run_cron("ir_cron_recall_review")
        note = html2plaintext(self.bad.activity_ids.note)
        self.assertEqual(note.strip(), "Glass in <raw> & salted")

    def test_review_of_goods_without_a_lot(self):
        cookie = self._create_product("Cookie", "none")
        self.receive({cookie: 5})
        lots = self.env["stock.lot"]
        self.env["recall.hold"]._place(
            lots, "Glass", None, [(cookie, self.stock)], expires_on="2026-01-05"
        )
        self.run_cron("ir_cron_recall_review")
        self.run_cron("ir_cron_recall_review")
        self.assertEqual(len(cookie.activity_ids), 1)
        self.assertIn(self.stock.display_name, cookie.activity_ids.note)

    def test_review_of_the_hold_of_somebody_who_left(self):
        team = self._create_user("leaver", "stock_recall.group_recall_user")
        self._as(team, self.env["recall.hold"]).sudo()._place(
            self.bad, "Odd smell", expires_on="2026-01-05"
        )
        team.active = False
        self.run_cron("ir_cron_recall_review")
        user = self.bad.activity_ids.user_id
        self.assertTrue(user.active)
        self.assertTrue(user.has_group("stock_recall.group_recall_manager"))

    # The flag cannot get lost

    def test_hold_cannot_be_written_created_or_deleted_even_as_superuser(self):
        hold = self.hold(self.bad).sudo()
        with self.assertRaises(AccessError):
            hold.write({"state": "released"})
        with self.assertRaises(AccessError):
            hold.state = "released"
        with self.assertRaises(AccessError):
            hold.unlink()
        with self.assertRaises(AccessError):
            hold.create({"lot_id": self.good.id, "reason": "x"})
        with self.assertRaises(AccessError):
            hold.copy()
        imported = hold.load([".id", "state"], [[str(hold.id), "Released"]])
        self.assertTrue(imported["messages"])
        self.assertEqual(hold.state, "active")

    def test_who_placed_and_who_released_stay_on_record(self):
        team = self._create_user("placer", "stock_recall.group_recall_user")
        chief = self._create_user("releaser", "stock_recall.group_recall_manager")
        hold = self._as(team, self.env["recall.hold"]).sudo()._place(self.bad, "Smell")
        self._as(chief, hold)._release("Tested negative")
        for user in (team, chief):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                user.unlink()

    def test_flag_of_the_lot_cannot_be_written(self):
        self.hold(self.bad)
        self.bad.write({"recall_hold": False})
        self.env.invalidate_all()
        self.assertTrue(self.bad.recall_hold)

    def test_import_of_lots_leaves_them_held(self):
        hold = self.hold(self.bad)
        for values in (
            {"recall_hold": "False"},
            {"recall_hold_ids/.id": ""},
            {"recall_hold_ids/.id": str(hold.id), "recall_hold_ids/state": "Released"},
        ):
            with self.subTest(values=values):
                row = {".id": str(self.bad.id), **values}
                self.bad.load(list(row), [list(row.values())])
                self.env.invalidate_all()
                self.assertTrue(self.bad.recall_hold)
                self.assertEqual(hold.state, "active")

    def test_holds_of_a_lot_cannot_be_unlinked_through_it(self):
        self.hold(self.bad)
        with self.assertRaises(AccessError):
            self.bad.recall_hold_ids = [Command.clear()]

    def test_held_lot_cannot_be_deleted(self):
        self.hold(self.bad)
        says = r"N-BAD is or was on hold \(Precaution: .+\)\..+recall team can correct"
        with self.assertRaisesRegex(UserError, says):
            self.bad.unlink()

    def test_released_lot_cannot_be_deleted(self):
        self._as(self.manager, self.hold(self.bad))._release("Tested negative")
        with self.assertRaisesRegex(UserError, r"N-BAD is or was on hold \(released\)"):
            self.bad.unlink()

    def test_copy_of_a_held_lot_leaves_it_held(self):
        self.hold(self.bad)
        self.bad.copy({"name": "N-COPY"})
        self.assertTrue(self.bad.recall_hold)

    def test_case_with_holds_cannot_be_deleted(self):
        case = self.hold_case(self.bad).sudo()
        with self.assertRaises(UserError):
            case.unlink()
        with self.assertRaises(AccessError):
            case.hold_ids = [Command.clear()]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            case.with_context(_force_unlink=True).unlink()
        self.assertTrue(self.bad.recall_hold)

    def test_cancelled_case_keeps_its_holds(self):
        case = self.hold_case(self.bad)
        case.action_cancel()
        self.assertTrue(self.bad.recall_hold)

    def test_case_with_holds_cannot_become_a_mock_recall(self):
        case = self.hold_case(self.bad)
        with self.assertRaisesRegex(UserError, f"{case.name}.*Release"):
            self._as(self.team, case).recall_type = "mock"
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        self._as(self.team, case).recall_type = "mock"

    def test_case_with_holds_cannot_go_to_another_company(self):
        """Nobody there could release them, or see that there are some."""
        both = self.company | self.other_company
        case = self.hold_case(self.bad, company_ids=[Command.set(both.ids)])
        moved = self._as(self.group_team, case)
        with self.assertRaisesRegex(
            UserError, f"{case.name}.*{self.bad.name}.*{self.company.name}.*Release"
        ):
            moved.company_id = self.other_company
        self.env.invalidate_all()
        moved.write({"company_id": self.company.id, "title": "Glass"})
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        moved.company_id = self.other_company
        self.assertEqual(case.company_id, self.other_company)

    # Who sees what

    def test_stock_user_sees_the_hold_and_its_reason_and_cannot_lift_it(self):
        hold = self.hold(self.bad)
        lot = self._as(self.stock_user, self.bad)
        self.assertTrue(lot.recall_hold)
        self.assertIn("Salmonella", lot.recall_hold_reason)
        hold = self._as(self.stock_user, hold)
        for lift in (
            lot.action_release_recall_hold,
            hold.action_release,
            lambda: hold._release("Please"),
            lambda: hold.write({"state": "released"}),
            lambda: lot.write({"recall_hold_ids": [Command.clear()]}),
            lambda: hold.env["recall.release"].create({"reason": "Please"}),
            lambda: hold.read(["state"]),
        ):
            with self.assertRaises(AccessError):
                lift()

    def test_every_lot_opens_without_a_recall_role(self):
        """Also what another company holds, and what is affected and was released."""
        (foreign,) = self.lots(self.nut, "N-FOREIGN")
        self.receive({self.bad: 5, self.good: 5})
        case = self.hold_case(self.bad, self.good)
        self.hold(self.bad)
        released = case.hold_ids.filtered(lambda hold: hold.lot_id == self.good)
        self._as(self.manager, released)._release("Tested negative")
        self.hold_case(
            foreign,
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        self.env.flush_all()
        for user in (self.stock_user, *self.create_users_without_a_role()):
            lots = self._as(user, self.bad | self.good | foreign)
            for lot in lots:
                with self.subTest(user=user.login, lot=lot.name):
                    self.env.invalidate_all()
                    with Form(lot) as form:
                        self.assertEqual(form.recall_hold, lot != self.good)
                    lot.web_read({"recall_hold_reason": {}, "display_name": {}})

    def create_users_without_a_role(self):
        """One for each group, other than that of stock, that reads lots."""
        groups = ("stock.group_stock_manager", "mrp.group_mrp_user")
        return [
            self._create_user(group, group)
            for group in groups
            if self.env.ref(group, raise_if_not_found=False)
        ]

    def test_queries_do_not_grow_with_lots(self):
        many = self.lots(self.nut, *(f"M{number}" for number in range(60)))
        few, rest = many[:5], many[5:]

        def count_queries(lots):
            lots = self.env["stock.lot"].concat(*lots)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["recall.hold"]._place(lots, "Glass")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries([self.good])  # warms the caches
        self.assertEqual(count_queries(few), count_queries(rest))
