"""Placing and releasing holds, and what people see of them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import html2plaintext
from odoo.tools.safe_eval import safe_eval

from odoo.addons.stock_recall.models import recall_hold_settle
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

    def test_case_is_traced_again_after_its_hold(self):
        case = self.hold_case(self.bad)
        count = case.trace_count
        for _run in range(2):
            self.run_cron("ir_cron_recall_retrace")
            self.assertEqual(case.trace_count, count + 1)

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

    def test_flag_of_the_lot_cannot_be_written(self):
        self.hold(self.bad)
        self.bad.write({"recall_hold": False})
        self.env.invalidate_all()
        self.assertTrue(self.bad.recall_hold)

    def test_holds_of_a_lot_cannot_be_unlinked_through_it(self):
        self.hold(self.bad)
        with self.assertRaises(AccessError):
            self.bad.recall_hold_ids = [Command.clear()]

    def test_held_lot_cannot_be_deleted(self):
        self.hold(self.bad)
        with self.assertRaisesRegex(UserError, "on hold"):
            self.bad.unlink()

    def test_copy_of_a_held_lot_leaves_it_held(self):
        self.hold(self.bad)
        self.bad.copy({"name": "N-COPY"})
        self.assertTrue(self.bad.recall_hold)

    def test_case_with_holds_cannot_be_deleted(self):
        case = self.hold_case(self.bad)
        with self.assertRaises(UserError):
            case.unlink()

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
        with self.assertRaises(AccessError):
            self._as(self.stock_user, hold)._release("Please")
        with self.assertRaises(AccessError):
            self._as(self.stock_user, hold).read(["state"])

    def test_every_lot_opens_without_a_recall_role(self):
        self.hold(self.bad)
        lots = self._as(self.stock_user, self.bad | self.good)
        for lot in lots:
            with Form(lot) as form:
                self.assertEqual(form.recall_hold, lot == self.bad)

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


class TestHoldPromise(HoldCommon):
    """Held goods are on hand, and neither free nor promised."""

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 4})

    def product(self, product=None, **context):
        context = {"warehouse_id": self.warehouse.id, **context}
        product = (product or self.nut).with_context(**context)
        product.invalidate_recordset()
        return product

    def test_not_free_and_not_in_the_forecast(self):
        self.hold(self.bad)
        product = self.product()
        self.assertEqual(product.qty_available, 14)
        self.assertEqual(product.free_qty, 4)
        self.assertEqual(product.virtual_available, 4)

    def test_forecast_before_the_receipt_is_not_below_zero(self):
        self.hold(self.bad)
        before = fields.Datetime.now() - timedelta(days=365)
        product = self.product(to_date=before)
        self.assertEqual(product.qty_available, 0)
        self.assertEqual(product.virtual_available, 0)

    def test_late_order_is_promised_nothing_held(self):
        self.hold(self.bad)
        self.wait(days=1)
        late = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.product(to_date=late).free_qty, 4)

    def test_shortage_to_come_is_in_the_forecast(self):
        self.order({self.nut: 9})
        self.hold(self.bad)
        self.settle()
        later = fields.Datetime.now() + timedelta(days=9)
        self.assertEqual(self.product(to_date=later).virtual_available, -5)

    def test_quarantine_beside_stock_is_not_free(self):
        self.hold(self.bad)
        self.move({self.bad: 10}, self.warehouse.recall_quarantine_loc_id)
        product = self.product()
        self.assertEqual(product.qty_available, 14)
        self.assertEqual(product.free_qty, 4)

    def test_on_its_way_to_quarantine_is_not_promised(self):
        case = self.hold_case(self.bad)
        case._move_to_quarantine()
        self.assertEqual(self.product().virtual_available, 4)
        product = self.product(warehouse_id=False, location=self.stock.id)
        self.assertEqual(product.virtual_available, 4)

    def test_released_is_free_again(self):
        hold = self.hold(self.bad)
        self._as(self.manager, hold)._release("Tested negative")
        self.assertEqual(self.product().free_qty, 14)

    def test_reserved_and_not_settled_counts_once(self):
        self.order({self.nut: 6})
        self.hold(self.bad)
        self.assertEqual(self.product().free_qty, 4)

    def test_quant_is_not_available(self):
        self.hold(self.bad)
        quants = self.bad.quant_ids | self.good.quant_ids
        quants = quants.filtered(lambda quant: quant.location_id == self.stock)
        available = {quant.lot_id: quant.available_quantity for quant in quants}
        self.assertEqual(available, {self.bad: 0, self.good: 4})
        held = self.env["stock.quant"].search(
            [("recall_hold", "=", True), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(held.lot_id, self.bad)

    def test_lists_of_stock_show_what_is_held(self):
        for name in ("simple", "editable", "inventory_editable"):
            view = self.env.ref(f"stock.view_stock_quant_tree_{name}")
            arch = self.env["stock.quant"].get_view(view.id, "list")["arch"]
            with self.subTest(view=name):
                self.assertIn('name="recall_hold_reason"', arch)

    def test_total_of_available_leaves_held_out(self):
        self.hold(self.bad)
        [(available,)] = self.env["stock.quant"]._read_group(
            [("location_id", "=", self.stock.id)], [], ["available_quantity:sum"]
        )
        self.assertEqual(available, 4)

    def test_stock_user_reaches_the_list_of_goods_on_hold(self):
        menu = self.env.ref("stock_recall.menu_recall_held_goods")
        for user in (self.stock_user, self.team, self.auditor):
            visible = menu.with_user(user)._visible_menu_ids()
            for entry in menu.browse(map(int, menu.parent_path.split("/")[:-1])):
                with self.subTest(user=user.login, entry=entry.name):
                    self.assertIn(entry.id, visible)

    def test_goods_on_hold_say_why(self):
        self.hold(self.bad)
        case = self.hold_case(self.bad, title="Glass in nuts")
        quants = self._as(self.stock_user, self.nut.stock_quant_ids)
        quants = quants.filtered(lambda quant: quant.location_id == self.stock)
        held = quants.filtered(lambda quant: quant.lot_id == self.bad)
        self.assertEqual(
            held.recall_hold_reason,
            f"Precaution: Salmonella · {case.name}: Glass in nuts",
        )
        self.assertFalse((quants - held).recall_hold_reason)

    def test_goods_to_pick_from_are_marked(self):
        self.hold(self.bad)
        quants = self.nut.stock_quant_ids
        quants = quants.filtered(lambda quant: quant.location_id == self.stock)
        held = quants.filtered(lambda quant: quant.lot_id == self.bad)
        found = dict(
            self._as(self.stock_user, quants).name_search(
                domain=[("id", "in", quants.ids)]
            )
        )
        self.assertTrue(found[held.id].endswith("N-BAD - On Hold"), found)
        self.assertNotIn("On Hold", found[(quants - held).id])
        held.invalidate_recordset(["display_name"])
        listed = held.with_context(formatted_display_name=True)
        self.assertIn("`On Hold`", listed.display_name)

    def test_goods_on_hold_are_added_up_in_one_unit_only(self):
        dozens = self.env.ref("uom.product_uom_dozen")
        egg = self._create_product("Egg", uom_id=dozens.id)
        (box,) = self.lots(egg, "E1")
        self.receive({box: 3})
        self.hold(self.bad, box)
        action = self.env.ref(
            "stock_recall.recall_held_goods_action"
        )._get_action_dict()
        context = safe_eval(action["context"])
        quants = self.env["stock.quant"].with_context(**context)
        domain = [*safe_eval(action["domain"]), ("location_id", "=", self.stock.id)]
        sums = ["quantity:sum", "available_quantity:sum", "reserved_quantity:sum"]
        [by_place] = quants.formatted_read_group(domain, ["location_id"], sums)
        self.assertEqual([by_place[name] for name in sums], [False] * 3)
        by_product = quants._read_group(domain, ["product_id"], ["quantity:sum"])
        self.assertEqual(dict(by_product), {self.nut: 10, egg: 3})
        [(total,)] = self.env["stock.quant"]._read_group(domain, [], ["quantity:sum"])
        self.assertEqual(total, 13)  # elsewhere as Odoo does

    def test_forecast_report(self):
        self.hold(self.bad)
        order = self.order({self.nut: 6})
        report = self.env["stock.forecasted_product_product"].with_context(
            warehouse_id=self.warehouse.id
        )
        lines = report._get_report_data(product_ids=self.nut.ids)["lines"]
        self.assertNotIn(
            "N-BAD", str([line for line in lines if not line.get("move_out")])
        )
        move = order.picking_ids.move_ids
        self.assertLess(move.forecast_availability, 6)

    def test_sale_widget(self):
        self.hold(self.bad)
        order = self.env_of(self.company)["sale.order"].create(
            {
                "partner_id": self.consignee.id,
                "order_line": [
                    Command.create({"product_id": self.nut.id, "product_uom_qty": 6})
                ],
            }
        )
        self.assertEqual(order.order_line.free_qty_today, 4)

    @needs("mrp")
    def test_kit_of_held_components(self):
        kit = self._create_product("Kit", "none")
        self.bom(kit, {self.nut: 2}, type="phantom")
        self.hold(self.bad)
        self.assertEqual(self.product(kit).free_qty, 2)
        self.assertEqual(self.product(kit).qty_available, 7)
        both = self.product(kit | self.nut)
        self.assertEqual(both.mapped("free_qty"), [2, 4])

    @needs("mrp")
    def test_components_of_an_order(self):
        paste = self._create_product("Paste")
        order = self.order_production(paste, 1, {self.nut: 6})
        order.do_unreserve()
        self.env.invalidate_all()
        self.assertEqual(order.components_availability_state, "available")
        self.hold(self.bad)
        self.env.invalidate_all()
        self.assertEqual(order.components_availability_state, "unavailable")

    def rule(self):
        return self.env_of(self.company)["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "location_id": self.stock.id,
                "product_min_qty": 12,
                "product_max_qty": 20,
            }
        )

    def test_reordering_rule_does_not_replace_held_stock(self):
        rule = self.rule()
        self.hold(self.bad)
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_forecast, 14)
        self.assertEqual(rule.qty_to_order, 0)
        self.assertIn("10 Units on hold count as stock", rule.recall_note)

    def test_reordering_rule_does_not_replace_what_goes_to_quarantine(self):
        rule = self.rule()
        picking = self.hold_case(self.bad)._move_to_quarantine()
        for _step in ("open", "done"):
            rule.invalidate_recordset()
            self.assertEqual(rule.qty_forecast, 14)
            self.assertEqual(rule.qty_to_order, 0)
            self.assertIn("10 Units on hold count as stock", rule.recall_note)
            if picking.state != "done":
                self.validate(picking)

    def test_reordering_rule_replaces_what_goes_to_quarantine_if_so_set(self):
        rule = self.rule()
        self.company.recall_replace_held = True
        picking = self.hold_case(self.bad)._move_to_quarantine()
        for _step in ("open", "done"):
            rule.invalidate_recordset()
            self.assertEqual(rule.qty_forecast, 4)
            self.assertIn("10 Units on hold are replaced", rule.recall_note)
            if picking.state != "done":
                self.validate(picking)

    def test_reordering_rule_replaces_held_stock_where_the_company_wants_it(self):
        rule = self.rule()
        self.company.recall_replace_held = True
        self.hold(self.bad)
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_forecast, 4)
        self.assertEqual(rule.qty_to_order, 16)
        self.assertIn("10 Units on hold are replaced", rule.recall_note)


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
