from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import RecallCommon


@tagged("post_install", "-at_install")
class TestCase(RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kilo = cls.env.ref("uom.product_uom_kgm")
        cls.peanuts = cls._create_product("Peanuts", uom_id=cls.kilo.id)
        cls.bars = cls._create_product("Peanut Bar")
        cls.lot = cls._create_lot(cls.peanuts, "RP-1", ref="V-1")
        cls.bar_lot = cls._create_lot(cls.bars, "PB-1")
        cls.case = cls._create_lot_case(cls.lot).with_user(cls.team)
        cls.affected = cls._create_affected(cls.case, cls.lot)
        cls.affected_bar = cls._create_affected(cls.case, cls.bar_lot)

    def _trace_found(self):
        """Put the case where a trace would leave it."""
        self.case.sudo().write({"traced_at": "2026-01-01", "trace_count": 1})

    # Identity and lifecycle

    def test_title_and_scope_are_enough(self):
        with Form(self.env["recall.case"].with_user(self.team)) as form:
            form.title = "Glass in jars"
            with form.scope_ids.new() as line:
                line.kind = "vendor_lot"
                line.vendor_lot = "V-1"
        case = form.record
        self.assertRegex(case.name, r"^RC/\d{4}/\d{5}$")
        self.assertEqual(case.state, "draft")
        self.assertEqual(case.user_id, self.team)
        self.assertEqual(case.company_ids, self.company)

    def test_new_case_with_one_of_several_companies_active(self):
        """As after login: the form opens, and looks in all companies of the user."""
        # who else does not see the companies in the form
        self.group_team.group_ids |= self.env.ref("base.group_multi_company")
        cases = self.env["recall.case"].with_user(self.group_team)
        cases = cases.with_context(allowed_company_ids=self.company.ids)
        form = Form(cases)
        form.title = "Glass in a jar"
        with form.scope_ids.new() as line:
            line.lot_ids.add(self.lot)
        case = form.save()

        self.assertEqual(case.company_id, self.company)
        self.assertEqual(case.sudo().company_ids, self.company | self.other_company)

    def test_case_created_with_one_of_several_companies_active(self):
        cases = self.env["recall.case"].with_user(self.group_team)
        cases = cases.with_context(allowed_company_ids=self.company.ids)
        case = cases.create({"title": "Glass in a jar"})

        self.assertEqual(case.sudo().company_ids, self.company | self.other_company)

    def test_form_saved_with_one_of_several_companies_active(self):
        """What it shows of the new case is what the user may read just then."""
        cases = self.env["recall.case"].with_user(self.group_team)
        cases = cases.with_context(allowed_company_ids=self.company.ids)
        shown = {"company_ids": {"fields": {"display_name": {}}}}
        both = (self.company | self.other_company).ids
        vals = {"title": "Glass", "company_ids": [[4, company, 0] for company in both]}
        (saved,) = cases.web_save(vals, shown)

        self.assertEqual([x["id"] for x in saved["company_ids"]], self.company.ids)

    def test_references_differ(self):
        names = {self._create_case().name for _number in range(3)}
        self.assertEqual(len(names), 3)

    def test_mock(self):
        self.assertFalse(self.case.is_mock)
        self.case.recall_type = "mock"
        self.assertTrue(self.case.is_mock)

    def test_lifecycle(self):
        self.case.action_evaluate()
        self.assertEqual(self.case.state, "evaluation")
        self.case.action_cancel()
        self.assertEqual(self.case.state, "cancelled")
        self.case.action_draft()
        self.assertEqual(self.case.state, "draft")

    def test_transition_out_of_turn(self):
        with self.assertRaisesRegex(UserError, "is Draft"):
            self.case.action_draft()
        self.case.action_cancel()
        for name in ("action_evaluate", "action_cancel", "action_trace"):
            with self.subTest(name=name):
                with self.assertRaisesRegex(UserError, "is Cancelled"):
                    getattr(self.case, name)()

    def test_scope_of_a_closed_case(self):
        self.case.action_cancel()
        line = self.case.scope_ids
        for change in (
            lambda: line.write({"direction": "both"}),
            lambda: line.unlink(),
            lambda: line.with_context(_force_unlink=True).unlink(),
            lambda: line.copy(),
        ):
            with self.assertRaisesRegex(UserError, "is Cancelled"):
                change()

    def test_scope_moved_to_a_closed_case(self):
        closed = self.case.copy()
        closed.action_cancel()
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            self.case.scope_ids.case_id = closed

    def test_deletion(self):
        case = self.case.create({"title": "By mistake"})
        case.unlink()
        self.assertFalse(case.exists())

    def test_deletion_after_a_transition(self):
        self.case.action_evaluate()
        with self.assertRaisesRegex(UserError, "Cancel it instead"):
            self.case.unlink()

    # Decisions

    def test_exclusion_needs_a_reason(self):
        affected = self.affected.with_user(self.team)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            affected.in_scope = False
            affected.flush_recordset()

    def test_exclusion_is_posted(self):
        affected = self.affected.with_user(self.team)
        affected.write({"in_scope": False, "exclusion_reason": "Another vendor"})
        message = self.case.message_ids[0]
        self.assertEqual(message.author_id, self.team.partner_id)
        self.assertIn("RP-1", message.body)
        self.assertIn("Another vendor", message.body)
        affected.in_scope = True
        self.assertFalse(affected.exclusion_reason)
        self.assertIn("again: RP-1", self.case.message_ids[0].body)
        self.assertIn("Another vendor", self.case.message_ids[0].body)

    def test_same_decision_is_not_posted(self):
        count = len(self.case.message_ids)
        self.affected.with_user(self.team).in_scope = True
        self.assertEqual(len(self.case.message_ids), count)

    def test_many_exclusions_are_one_message(self):
        lots = self.lot.create(
            [{"product_id": self.bars.id, "name": f"PB-X{n}"} for n in range(30)]
        )
        rows = self.affected.union(*(self._create_affected(self.case, x) for x in lots))
        count = len(self.case.message_ids)
        rows.with_user(self.team).write({"in_scope": False, "exclusion_reason": "Old"})
        self.assertEqual(len(self.case.message_ids), count + 1)
        self.assertIn("11 more", self.case.message_ids[0].body)

    def test_decision_on_a_closed_case(self):
        self.case.action_cancel()
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            self.affected.with_user(self.team).exclusion_reason = "Late"

    # Figures

    def test_units_are_not_summed(self):
        self.affected.qty_on_hand = 120
        self.affected_bar.qty_on_hand = 33.5
        figure = set(self.case.on_hand_figure.split(" · "))
        self.assertEqual(figure, {"120 kg", "33.50 Units"})

    def test_figures_of_a_new_case(self):
        case = self._create_case()
        self.assertEqual(case.affected_count, 0)
        for name in ("on_hand", "pending", "exposure", "unaccounted"):
            self.assertEqual(case[f"{name}_figure"], "0")

    def test_excluded_and_gone_do_not_count(self):
        shop = self.consignee.id
        for affected in (self.affected, self.affected_bar):
            affected.qty_on_hand = 5
            row = self._create_row(
                "recall.exposure", affected, partner_id=shop, qty_net=2
            )
            self._create_row("recall.pending", affected, quantity=3, trace_key=row.id)
        self.affected.write({"in_scope": False, "exclusion_reason": "Clean"})
        self.assertEqual(self.case.affected_count, 1)
        self.assertEqual(self.case.on_hand_figure, "5 Units")
        self.assertEqual(self.case.exposure_figure, "2 Units")
        self.assertEqual(self.case.pending_figure, "3 Units")
        self.affected_bar.is_gone = True
        row.is_gone = True
        self.env.invalidate_all()
        self.assertEqual(self.case.affected_count, 0)
        self.assertEqual(self.case.exposure_figure, "0")

    def test_consignees_who_returned_everything(self):
        other = self._create_partner("Kiosk")
        for partner, net in ((self.consignee, 0), (other, 4), (other, 1)):
            self._create_row(
                "recall.exposure", self.affected, partner_id=partner.id, qty_net=net
            )
        self.assertEqual(self.case.consignee_count, 1)
        self.assertEqual(self.case.exposure_figure, "5 kg")

    def test_unaccounted_does_not_cancel_out(self):
        other = self._create_affected(self.case, self._create_lot(self.bars, "PB-2"))
        self.affected_bar.qty_unaccounted = 4
        other.qty_unaccounted = -4
        self.assertEqual(self.case.unaccounted_figure, "8 Units")

    def test_empty_scope_line_is_named(self):
        self.case.scope_ids.create(
            {"case_id": self.case.id, "kind": "vendor_lot", "vendor_lot": "V-404"}
        )
        self.assertFalse(self.case.empty_scope_figure)
        self.case.scope_ids[0].sudo().seed_count = 1
        self.case.sudo().traced_at = "2100-01-01"
        self.assertIn("V-404", self.case.empty_scope_figure)
        self.assertNotIn("RP-1", self.case.empty_scope_figure)

    def test_queries_do_not_grow_with_rows(self):
        names = [
            name
            for name in self.case._fields
            if name.endswith(("_figure", "_count")) and name != "message_bounce"
        ]

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.case.read(names)
            return self.env.cr.sql_log_count - before

        def add(number):
            lot = self._create_lot(self.bars, f"PB-N{number}")
            affected = self._create_affected(self.case, lot, qty_on_hand=1)
            shop = self._create_partner(f"Shop {number}")
            vals = {"partner_id": shop.id, "qty_net": 1}
            self._create_row("recall.exposure", affected, **vals)
            self.env.flush_all()

        add(0)
        count()
        few = count()
        for number in range(1, 40):
            add(number)
        self.assertEqual(count(), few)

    # Lists

    def test_lists_are_of_this_case(self):
        other = self._create_lot_case(self.lot)
        self._create_affected(other, self.lot)
        self._create_row("recall.gap", self.affected)
        for name, model, expected in (
            ("affected", "recall.affected", self.affected + self.affected_bar),
            ("gaps", "recall.gap", self.case.gap_ids),
            ("exposure", "recall.exposure", self.case.exposure_ids),
            ("pending", "recall.pending", self.case.pending_ids),
            ("sources", "recall.source", self.case.source_ids),
            ("links", "recall.link", self.case.link_ids),
        ):
            action = getattr(self.case, f"action_view_{name}")()
            self.assertEqual(action["res_model"], model)
            rows = self.env[model].with_user(self.team).search(action["domain"])
            self.assertEqual(set(rows.ids), set(expected.ids))

    def test_quants_of_affected_goods(self):
        stock = self.warehouse.lot_stock_id
        loose = self._create_product("Loose nuts", tracking="none")
        self.env["recall.affected"].create(
            {
                "case_id": self.case.id,
                "company_id": self.company.id,
                "product_id": loose.id,
                "role": "forward",
                "evidence": "inferred",
            }
        )
        quants = self.env["stock.quant"]
        clean = self._create_lot(self.peanuts, "RP-2")
        for product, lot in (
            (self.peanuts, self.lot),
            (self.peanuts, clean),
            (loose, self.env["stock.lot"]),
            (self._create_product("Salt", tracking="none"), self.env["stock.lot"]),
        ):
            quants._update_available_quantity(product, stock, 5, lot_id=lot)
        action = self.case.affected_ids.action_view_quants()
        found = quants.with_user(self.team).search(action["domain"])
        self.assertEqual(found.product_id, self.peanuts + loose)
        self.assertEqual(found.lot_id, self.lot)

    def test_mixed_units_have_no_total(self):
        self.affected.qty_on_hand = 3
        self.affected_bar.qty_on_hand = 4
        rows = self.env["recall.affected"].with_user(self.team)
        domain = [("case_id", "=", self.case.id)]
        aggregates = ["qty_on_hand:sum"]
        [(total,)] = rows._read_group(domain, [], aggregates)
        self.assertFalse(total)
        by_product = dict(rows._read_group(domain, ["product_id"], aggregates))
        self.assertEqual(by_product, {self.peanuts: 3, self.bars: 4})

    def test_document_to_stop(self):
        pending = self._create_row(
            "recall.pending",
            self.affected,
            res_model="res.partner",
            res_id=self.consignee.id,
        )
        action = pending.with_user(self.team).action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.consignee.id)
        )

    def test_screens_open(self):
        for model in ("recall.case", "recall.scope", "recall.affected", "recall.gap"):
            for user in (self.team, self.auditor):
                views = self.env[model].with_user(user).get_views([(False, "form")])
                self.assertIn("form", views["views"])
