"""A scope line tried alone."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

from .trace_common import TraceCommon


class TestScopePreview(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.salt = cls._create_product("Salt", "none")
        (cls.lot,) = cls.lots(cls.nut, "N1")
        cls.receipt = cls.receive({cls.lot: 1, cls.salt: 2})
        cls.case = cls._create_case(
            {"kind": "receipt", "picking_ids": [Command.set(cls.receipt.ids)]}
        )

    def preview(self, user, scope=None):
        scope = self._as(user, scope or self.case.scope_ids)
        action = scope.action_preview()
        return Form(scope.env[action["res_model"]].with_context(**action["context"]))

    def test_what_it_finds_and_stores_nothing(self):
        preview = self.preview(self.team)

        self.assertEqual((preview.lot_count, preview.line_count), (1, 1))
        self.assertEqual([lot.name for lot in preview.lot_ids], ["N1"])
        self.assertFalse(self.case.scope_ids.seed_count)
        self.assertFalse(self.case.affected_ids)
        self.assertFalse(self.case.trace_count)

    def test_each_line_alone(self):
        (other,) = self.lots(self.nut, "N2")
        line = self.env["recall.scope"].create(
            {
                "case_id": self.case.id,
                "kind": "lot",
                "lot_ids": [Command.set(other.ids)],
            }
        )

        preview = self.preview(self.team, line)

        self.assertEqual([lot.name for lot in preview.lot_ids], ["N2"])

    def test_other_companies_are_counted_only(self):
        lot = self._create_lot(self.nut, "N3", company_id=self.other_company.id)
        self.case.company_ids |= self.other_company
        receipt = self.receive({lot: 1}, warehouse=self.other_warehouse)
        self.case.scope_ids.picking_ids |= receipt

        preview = self.preview(self.team)

        self.assertEqual([lot.name for lot in preview.lot_ids], ["N1"])
        self.assertEqual(preview.hidden_count, 1)
        self.assertFalse(self.preview(self.group_team).hidden_count)

    def test_line_of_a_foreign_case(self):
        with self.assertRaises(AccessError):
            self.preview(self.other_team)
        previews = self._as(self.other_team, self.env["recall.scope.preview"])
        with self.assertRaises(AccessError):
            previews.create({"scope_id": self.case.scope_ids.id}).read(["lot_ids"])
