"""What a case says about itself: what went, what changed, who changed it."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .trace_common import TraceCommon


@tagged("post_install", "-at_install")
class TestCaseChanges(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    def last_message(self, case):
        return html2plaintext(case.message_ids[0].body)

    # ------------------------------------------------------------------
    # Gone since a trace
    # ------------------------------------------------------------------
    def test_lost_seed_is_counted(self):
        case = self.trace(self.bad, self.good)
        self.assertEqual(case.gone_count, 0)

        case.scope_ids.lot_ids = self.bad
        case.action_trace()

        self.assertEqual(case.gone_count, 1)
        action = case.action_view_gone()
        domain = action["domain"] + [("is_gone", "=", True), ("in_scope", "=", True)]
        self.assertIn("search_default_gone", action["context"])
        rows = self.env[action["res_model"]].search(domain)
        self.assertEqual(rows.lot_id, self.good)

    def test_edited_vendor_number_is_counted(self):
        self.bad.ref = "V-1"
        self.good.ref = "V-2"
        case = self.trace_scope({"kind": "vendor_lot", "vendor_lot": "V-1"})

        case.scope_ids.vendor_lot = "V-2"
        case.action_trace()

        self.assertEqual((case.affected_count, case.gone_count), (1, 1))

    def test_another_trace_does_not_hide_what_is_gone(self):
        case = self.trace(self.bad, self.good)
        case.scope_ids.lot_ids = self.bad
        case.action_trace()
        case.action_trace()
        self.assertEqual(case.gone_count, 1)

    def test_excluded_with_a_reason_is_settled(self):
        case = self.trace(self.bad, self.good)
        case.scope_ids.lot_ids = self.bad
        case.action_trace()
        gone = case.affected_ids.filtered("is_gone")
        gone.write({"in_scope": False, "exclusion_reason": "A typing error"})
        self.assertEqual(case.gone_count, 0)

    # ------------------------------------------------------------------
    # Changed after the trace
    # ------------------------------------------------------------------
    def test_every_change_of_what_is_looked_for(self):
        vals = {"kind": "vendor_lot", "vendor_lot": "V-1"}
        for name, change in {
            "edited": lambda case: case.scope_ids[0].write({"direction": "both"}),
            "lots": lambda case: case.scope_ids[0].write({"lot_ids": self.good.ids}),
            "added": lambda case: case.write({"scope_ids": [Command.create(vals)]}),
            "removed": lambda case: case.scope_ids[0].unlink(),
            "companies": lambda case: case.write(
                {"company_ids": [Command.link(self.other_company.id)]}
            ),
        }.items():
            with self.subTest(name):
                case = self.trace(self.bad)
                self.assertFalse(case.is_scope_changed)
                change(case)
                self.assertTrue(case.is_scope_changed)
                changed = case.search([("is_scope_changed", "=", True)])
                self.assertIn(case, changed)

    def test_change_that_was_taken_back(self):
        case = self.trace(self.bad)
        case.scope_ids.direction = "both"
        case.scope_ids.direction = "forward"
        case.scope_ids.sequence = 99
        self.assertFalse(case.is_scope_changed)

    def test_trace_settles_the_change(self):
        case = self.trace(self.bad)
        case.scope_ids.direction = "both"
        self.assertTrue(case.is_scope_changed)
        case.action_trace()
        self.assertFalse(case.is_scope_changed)

    def test_before_the_first_trace_nothing_has_changed(self):
        case = self._create_lot_case(self.bad)
        case.scope_ids.direction = "both"
        self.assertFalse(case.is_scope_changed)

    def test_archived_product_is_no_change(self):
        case = self.trace_scope({"kind": "product", "product_ids": self.nut.ids})
        self.nut.active = False
        case.company_ids = case.company_ids
        case.scope_ids.sequence = 7
        self.env.add_to_compute(case._fields["is_scope_changed"], case)
        self.assertFalse(case.is_scope_changed)

    def test_what_a_copy_knows(self):
        copied = self.trace(self.bad).copy()
        self.assertFalse(copied.traced_scope)
        self.assertFalse(copied.is_scope_changed)

    # ------------------------------------------------------------------
    # Part of the companies
    # ------------------------------------------------------------------
    def test_figures_of_a_part_of_the_companies(self):
        case = self._create_lot_case(self.bad)
        self.assertFalse(case.is_partial)
        case.company_ids |= self.other_company
        member = case.with_user(self.group_team)

        one = member.with_context(allowed_company_ids=self.company.ids)
        self.assertTrue(one.is_partial)
        self.assertEqual(one.shown_company_figure, self.company.name)
        self.assertEqual(one.hidden_company_figure, self.other_company.name)

        self.assertFalse(self._as(self.group_team, case).is_partial)

    def test_partial_whatever_was_read_before(self):
        case = self._create_lot_case(self.bad)
        case.company_ids |= self.other_company
        self.env.invalidate_all()
        one = case.with_user(self.group_team)
        one = one.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(one.company_ids, self.company)
        self.assertTrue(one.is_partial)
        self.assertEqual(one.company_ids, self.company)

    def test_trace_by_a_reader_of_one_company(self):
        case = self.trace(self.bad, companies=self.company | self.other_company)
        self.env.invalidate_all()
        one = case.with_user(self.group_team)
        one = one.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(one.company_ids, self.company)
        one.scope_ids.direction = "both"
        one.scope_ids.direction = "forward"
        self.assertFalse(one.is_scope_changed)

        one.scope_ids.direction = "both"
        self.assertEqual(one.company_ids, self.company)
        with patch.object(
            type(self.env["recall.trace"]),
            "_trace_scope",
            autospec=True,
            side_effect=type(self.env["recall.trace"])._trace_scope,
        ) as traced:
            one.action_trace()
        self.assertEqual(traced.call_args.args[2], self.company | self.other_company)

    def test_company_of_others_is_not_named(self):
        case = self._create_lot_case(self.bad)
        case.company_ids |= self.other_company
        own = self._as(self.team, case)
        self.assertTrue(own.is_partial)
        self.assertFalse(own.hidden_company_figure)

    # ------------------------------------------------------------------
    # On hand
    # ------------------------------------------------------------------
    def test_on_hand_list_agrees_with_the_figure(self):
        self.deliver({self.good: 20})
        case = self.trace(self.bad, self.good)
        action = case.action_view_on_hand()
        self.assertEqual(action["res_model"], "recall.affected")
        self.assertEqual(
            set(action["context"]),
            {
                "search_default_current",
                "search_default_in_scope",
                "search_default_on_hand",
            },
        )
        self.assertEqual(case.on_hand_figure, "20 Units")

    def test_quants_of_a_row(self):
        case = self.trace(self.bad, self.good)
        action = self.affected(case)[self.bad].action_view_quants()
        quants = self.env["stock.quant"].search(action["domain"])
        self.assertEqual(quants.lot_id, self.bad)

    # ------------------------------------------------------------------
    # The reference
    # ------------------------------------------------------------------
    def test_reference_is_the_sequence_s(self):
        case = self._create_lot_case(self.bad).with_user(self.team)
        for attempt in (
            lambda: case.write({"name": "RC/1"}),
            lambda: case.create({"title": "Own number", "name": "RC/1"}),
            lambda: case.copy({"name": "RC/1"}),
        ):
            with self.assertRaisesRegex(AccessError, "Reference"):
                attempt()
        made = case.with_context(default_name="RC/1").create({"title": "By default"})
        self.assertRegex(made.name, r"^RC/\d{4}/\d{5}$")
        self.assertRegex(case.copy().name, r"^RC/\d{4}/\d{5}$")

    def test_superuser_may_import_a_reference(self):
        case = self.env["recall.case"].sudo().create({"title": "Old", "name": "OLD-7"})
        self.assertEqual(case.name, "OLD-7")

    # ------------------------------------------------------------------
    # Who changed what
    # ------------------------------------------------------------------
    def test_changed_reason_is_posted(self):
        case = self.trace(self.bad).with_user(self.team)
        case.affected_ids.write({"in_scope": False, "exclusion_reason": "Sealed"})
        case.affected_ids.exclusion_reason = "Tested"
        self.assertEqual(case.message_ids[0].author_id, self.team.partner_id)
        message = self.last_message(case)
        for part in ("N1", "Sealed", "Tested"):
            self.assertIn(part, message)
        case.affected_ids.write({"in_scope": False, "exclusion_reason": "Burnt"})
        self.assertIn("Burnt", self.last_message(case))

    def test_added_line_is_posted(self):
        case = self.trace(self.bad).with_user(self.team)
        vals = {"kind": "vendor_lot", "vendor_lot": "V-7"}
        case.write({"scope_ids": [Command.create(vals)]})
        self.assertEqual(case.message_ids[0].author_id, self.team.partner_id)
        self.assertIn("Scope line added", self.last_message(case))
        self.assertIn("V-7", self.last_message(case))

    def test_changed_line_is_posted(self):
        case = self.trace(self.bad).with_user(self.team)
        case.scope_ids.write({"lot_ids": [Command.link(self.good.id)]})
        message = self.last_message(case)
        self.assertIn("Scope line changed", message)
        self.assertIn("Lots/Serial Numbers: - → N2", message)
        case.scope_ids.direction = "both"
        self.assertIn("Forward", self.last_message(case))
        self.assertIn("Both", self.last_message(case))

    def test_removed_line_is_posted(self):
        case = self.trace(self.bad).with_user(self.team)
        case.scope_ids.unlink()
        self.assertIn("Scope line removed", self.last_message(case))
        self.assertIn("N1", self.last_message(case))

    def test_moved_line_is_posted_on_both_cases(self):
        case = self.trace(self.bad).with_user(self.team)
        other = case.copy({"scope_ids": False})
        case.scope_ids.case_id = other
        self.assertIn("moved to another case", self.last_message(case))
        self.assertIn("added from another case", self.last_message(other))

    def test_nothing_changed_nothing_posted(self):
        case = self.trace(self.bad)
        count = len(case.message_ids)
        case.scope_ids.write({"direction": "forward", "sequence": 4})
        self.assertEqual(len(case.message_ids), count)
