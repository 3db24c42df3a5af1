from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SNAPSHOT_MODELS, RecallCommon

OPERATIONS = ("read", "write", "create", "unlink")
# What each role may do: model -> letters of OPERATIONS.
TEAM_MATRIX = {
    "recall.case": "rwcu",
    "recall.scope": "rwcu",
    "recall.affected": "rw",
    "recall.link": "r",
    "recall.exposure": "r",
    "recall.source": "r",
    "recall.pending": "r",
    "recall.gap": "r",
    "recall.hold": "r",
    "recall.hold.gate": "",
    "recall.interruption": "r",
    "recall.hold.placing": "rwcu",
    "recall.quarantine": "rwcu",
    "recall.release": "",
    "recall.scope.preview": "rwcu",
    "recall.cause": "rwcu",
    "recall.cause.ranking": "rwcu",
}
WIZARDS = {
    "recall.hold.placing",
    "recall.quarantine",
    "recall.release",
    "recall.scope.preview",
    "recall.cause",
    "recall.cause.ranking",
}
MATRIX = {
    "team": TEAM_MATRIX,
    "manager": {**TEAM_MATRIX, "recall.release": "rwcu"},
    "auditor": {
        model: "r" if "r" in allowed and model not in WIZARDS else ""
        for model, allowed in TEAM_MATRIX.items()
    },
    "stock_user": dict.fromkeys(TEAM_MATRIX, ""),
    "employee": dict.fromkeys(TEAM_MATRIX, ""),
}


class AccessCommon(RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product()
        cls.lot = cls._create_lot(cls.product, "LOT-1")
        cls.case = cls._create_lot_case(cls.lot)
        cls.affected = cls._create_affected(cls.case, cls.lot)
        cls.rows = {"recall.affected": cls.affected}
        for model in SNAPSHOT_MODELS[1:]:
            cls.rows[model] = cls._create_row(model, cls.affected)


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessCommon):
    def test_matrix(self):
        """Every model, role and operation is as the matrix says."""
        for role, models in MATRIX.items():
            user = getattr(self, role)
            for model, allowed in models.items():
                for operation in OPERATIONS:
                    with self.subTest(role=role, model=model, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            operation[0] in allowed,
                        )

    def test_matrix_is_complete(self):
        """A new recall model has to be put into the matrix."""
        models = {
            name
            for name, model in self.env.items()
            if name.startswith("recall.") and not model._abstract
        }
        self.assertEqual(models, set(TEAM_MATRIX))

    def test_auditor_reads_what_rows_point_at(self):
        lot = self.lot.with_user(self.auditor)
        self.assertEqual(lot.name, "LOT-1")
        self.assertEqual(lot.recall_case_count, 1)
        picking = self.env["stock.picking"].with_user(self.auditor)
        self.assertTrue(picking.has_access("read"))
        for records in (lot, picking, self.env["stock.move"].with_user(self.auditor)):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(records.has_access(operation), (records, operation))

    def test_auditor_opens_forms_that_read_nothing_else(self):
        for model in ("stock.lot", "stock.picking"):
            views = self.env[model].with_user(self.auditor).get_views([(False, "form")])
            self.assertIn("recall.audit", self._get_view_name(views))
            views = self.env[model].with_user(self.team).get_views([(False, "form")])
            self.assertNotIn("recall.audit", self._get_view_name(views))

    def _get_view_name(self, views):
        return self.env["ir.ui.view"].browse(views["views"]["form"]["id"]).name

    def test_auditor_cannot_post(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.auditor).message_post(body="seen")

    def test_fields_on_documents_need_a_role(self):
        for user in (self.stock_user, self.employee):
            for record in (self.product, self.product.product_tmpl_id, self.consignee):
                fields = record.with_user(user).fields_get()
                self.assertNotIn("recall_case_count", fields)
        fields = self.lot.with_user(self.stock_user).fields_get()
        for name in ("recall_case_count", "recall_case_ids", "recall_affected_ids"):
            self.assertNotIn(name, fields)

    def test_stock_user_opens_an_affected_lot(self):
        views = self.lot.with_user(self.stock_user).get_view(view_type="form")
        self.assertNotIn("recall_alert", views["arch"])
        self.assertIn("recall_hold", views["arch"])
        self.assertIn("recall_alert", self.lot.with_user(self.team).get_view()["arch"])


@tagged("post_install", "-at_install")
class TestHostileCalls(AccessCommon):
    """What a user with an API key may try beside the screens."""

    def test_closed_fields_of_a_case(self):
        for values in (
            {"state": "completed"},
            {"traced_at": "2026-01-01"},
            {"traced_by_id": self.manager.id},
            {"trace_duration": 0.1},
            {"trace_count": 9},
        ):
            for user in (self.team, self.manager):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    self.case.with_user(user).write(values)
                with self.subTest(values=values), self.assertRaises(AccessError):
                    self.case.with_user(user).create({"title": "Forged", **values})

    def test_closed_fields_by_default_in_the_context(self):
        cases = self.env["recall.case"].with_user(self.team)
        case = cases.with_context(default_state="completed", default_trace_count=3)
        case = case.create({"title": "Forged"})
        self.assertEqual(case.state, "draft")
        self.assertFalse(case.trace_count)

    def test_foreign_company_in_a_new_case(self):
        both = (self.company | self.other_company).ids
        cases = self.env["recall.case"].with_user(self.team)
        with self.assertRaises(AccessError):
            cases.create({"title": "Spy", "company_ids": [Command.set(both)]})
        with self.assertRaises(AccessError):
            cases.create(
                {
                    "title": "Spy",
                    "company_id": self.other_company.id,
                    "company_ids": [Command.set(self.other_company.ids)],
                }
            )

    def test_foreign_company_in_an_own_case(self):
        case = self.case.with_user(self.team)
        for values in (
            {"company_ids": [Command.link(self.other_company.id)]},
            {
                "company_id": self.other_company.id,
                "company_ids": [Command.set(self.other_company.ids)],
            },
        ):
            with self.assertRaises(AccessError):
                case.write(values)

    def test_company_that_a_colleague_added_stays(self):
        self._as(self.group_team, self.case).company_ids |= self.other_company
        case = self.case.with_user(self.team)
        case.write({"title": "Still mine", "company_ids": []})
        self.assertEqual(
            self.case.sudo().company_ids, self.company | self.other_company
        )
        with self.assertRaises(AccessError):
            case.company_id = self.other_company

    def test_company_of_the_case_has_to_be_looked_in(self):
        with self.assertRaises(ValidationError):
            self.case.with_user(self.team).company_ids = False

    def test_affected_quantities(self):
        affected = self.affected.with_user(self.manager)
        for values in (
            {"qty_on_hand": 0},
            {"lot_id": False},
            {"is_gone": True},
            {"case_id": self.case.copy().id},
            {"company_id": self.other_company.id},
            {"in_scope": False, "exclusion_reason": "none", "qty_delivered": 0},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                affected.write(values)

    def test_snapshot_rows_through_the_case(self):
        case = self.case.with_user(self.manager)
        forged = {"product_id": self.product.id, "role": "seed", "evidence": "exact"}
        for name, command in (
            ("affected_ids", Command.create(forged)),
            ("affected_ids", Command.update(self.affected.id, {"qty_in": 5})),
            ("affected_ids", Command.delete(self.affected.id)),
            ("exposure_ids", Command.delete(self.rows["recall.exposure"].id)),
            ("gap_ids", Command.update(self.rows["recall.gap"].id, {"note": "-"})),
        ):
            with self.subTest(name=name, command=command):
                with self.assertRaises(AccessError):
                    case.write({name: [command]})

    def test_snapshot_rows_of_another_case(self):
        other = self.case.with_user(self.team).create({"title": "Other"})
        with self.assertRaises(AccessError):
            other.write({"affected_ids": [Command.link(self.affected.id)]})

    def test_scope_line_on_a_foreign_case(self):
        lines = self._as(self.other_team, self.env["recall.scope"])
        with self.assertRaises(AccessError):
            lines.create({"case_id": self.case.id, "lot_ids": self.lot.ids})
        own = lines.env["recall.case"].create({"title": "Own"})
        line = lines.create(
            {"case_id": own.id, "kind": "vendor_lot", "vendor_lot": "V-1"}
        )
        with self.assertRaises(AccessError):
            line.case_id = self.case.id
        with self.assertRaises(AccessError):
            self._as(self.other_team, self.case.scope_ids).vendor_lot = "X"

    def test_seed_count_of_a_scope_line(self):
        with self.assertRaises(AccessError):
            self.case.scope_ids.with_user(self.team).seed_count = 5
        line = self.case.scope_ids.with_user(self.team).create(
            {"case_id": self.case.id, "lot_ids": self.lot.ids, "seed_count": 5}
        )
        self.assertFalse(line.seed_count)

    def test_public_methods_need_the_right_to_write(self):
        for user in (self.auditor, self.stock_user, self.employee, self.other_team):
            case = self._as(user, self.case)
            for name in (
                "action_trace",
                "action_hold",
                "action_quarantine",
                "action_evaluate",
                "action_cancel",
            ):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        getattr(case, name)()
        self.case.action_cancel()
        with self.assertRaises(AccessError):
            self.case.with_user(self.auditor).action_draft()

    def test_opening_a_case_needs_the_team(self):
        records = (self.lot, self.product, self.product.product_tmpl_id)
        for user in (self.auditor, self.stock_user):
            for record in records:
                with self.subTest(user=user.login, record=record):
                    with self.assertRaises(AccessError):
                        record.with_user(user).action_open_recall_case()
        for record in records:
            record.with_user(self.team).action_open_recall_case()

    def test_lists_of_a_foreign_case(self):
        case = self._as(self.other_team, self.case)
        for name in ("affected_count", "exposure_figure", "gap_count"):
            with self.assertRaises(AccessError):
                case.read([name])

    def test_deletion(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.auditor).unlink()
        self.case.sudo().trace_count = 1
        for user in (self.team, self.manager):
            case = self.case.with_user(user)
            for forged in (case, case.with_context(_force_unlink=True)):
                with self.assertRaisesRegex(UserError, "Cancel it instead"):
                    forged.unlink()


@tagged("post_install", "-at_install")
class TestCompanies(AccessCommon):
    """A case that looks in two companies shows each user their own rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case.company_ids |= cls.other_company
        cls.foreign_rows = {
            model: cls._create_row(
                model, cls.affected, company_id=cls.other_company.id, **vals
            )
            for model, vals in {
                "recall.exposure": {"partner_id": cls.consignee.id, "qty_net": 7},
                "recall.source": {"partner_id": cls.vendor.id},
                "recall.pending": {"trace_key": "other", "quantity": 7},
            }.items()
        }

    def test_rows_of_another_company(self):
        for model, row in self.foreign_rows.items():
            rows = self.env[model].with_user(self.team).search([])
            self.assertEqual(rows, self.rows[model].with_user(self.team))
            with self.assertRaises(AccessError):
                row.with_user(self.team).read(["partner_id"])
            rows = self._as(self.group_team, rows)
            self.assertEqual(len(rows.search([])), 2)

    def test_rows_of_a_case_that_may_not_be_opened(self):
        """A sister company whose stock is looked in does not see the case."""
        for model, row in self.foreign_rows.items():
            self.assertFalse(self._as(self.other_team, self.env[model]).search([]))
            with self.assertRaises(AccessError):
                self._as(self.other_team, row).read(["case_id"])
        for model in ("recall.case", "recall.scope", *SNAPSHOT_MODELS):
            self.assertFalse(self._as(self.other_team, self.env[model]).search([]))

    def test_figures_count_own_rows(self):
        case = self.case.with_user(self.team)
        self.assertEqual(case.consignee_count, 0)
        self.assertEqual(case.exposure_figure, "0")
        case = self._as(self.group_team, self.case)
        self.assertEqual(case.consignee_count, 1)
        self.assertEqual(case.exposure_figure, "7 Units")

    def test_stat_buttons_count_own_rows(self):
        consignee = self.consignee.with_user(self.team)
        self.assertEqual(consignee.recall_case_count, 0)
        consignee = self._as(self.group_team, self.consignee)
        self.assertEqual(consignee.recall_case_count, 1)
