"""The ranking of causes in a browser."""

from odoo.tests import HttpCase, tagged

from .trace_common import TraceCommon


@tagged("post_install", "-at_install")
class TestCauseTour(TraceCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nut = cls._create_product("Tour Nut")
        good = cls.lots(nut, *(f"GOOD{number}" for number in range(8)))
        cls.bad = cls.lots(nut, "BAD0", "BAD1", "BAD2")
        for lot in good:
            cls.receive({lot: 1})
            cls.wait(days=1)
        (innocent,) = cls.lots(nut, "INNOCENT")
        cls.receive(dict.fromkeys((*cls.bad, innocent), 1))

    def test_case(self):
        """From complaint lots to the likeliest cause in the scope, and its trace."""
        case = self.trace(*self.bad)
        self.start_tour(
            f"/odoo/recalls/{case.id}", "recall_cause_case", login=self.team.login
        )
        self.assertIn("INNOCENT", case.affected_ids.lot_id.mapped("name"))

    def test_address(self):
        case = self.trace(*self.bad)
        self.start_tour(
            f"/odoo/recalls/{case.id}/recall-causes",
            "recall_cause_address",
            login=self.team.login,
        )

    def test_lots(self):
        """From lots selected in the list to a new case about what they share."""
        self.start_tour("/odoo/lots", "recall_cause_lots", login=self.team.login)
        case = self.env["recall.case"].search([("title", "=", "Bad smell")])
        self.assertEqual(case.scope_ids.kind, "receipt")
        self.assertEqual(len(case.affected_ids), 4)
