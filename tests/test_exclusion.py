"""Excluding a lot tells what was made from it alone, and stays in scope."""

from psycopg2.errors import CheckViolation

from odoo.tools import mute_logger

from .common import RecallCommon


class TestExclusion(RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product()
        cls.case = cls._create_case()

    def setUp(self):
        super().setUp()
        self.rows = {}

    def row(self, name, **vals):
        """An affected row, by name."""
        if name not in self.rows:
            lot = self._create_lot(self.product, name)
            vals.setdefault("role", "seed" if name.startswith("S") else "forward")
            self.rows[name] = self._create_affected(self.case, lot, **vals)
        return self.rows[name]

    def made(self, *chains):
        """Links along chains of names."""
        for chain in chains:
            for source, target in zip(chain, chain[1:], strict=False):
                self.env["recall.link"].sudo().create(
                    {
                        "case_id": self.case.id,
                        "company_id": self.company.id,
                        "source_id": self.row(source).id,
                        "target_id": self.row(target).id,
                        "kind": "production",
                        "evidence": "exact",
                    }
                )

    def exclude(self, *names):
        """Exclude rows; returns what the chatter says of it."""
        rows = self.env["recall.affected"].concat(*(self.rows[name] for name in names))
        rows.write({"in_scope": False, "exclusion_reason": "Tested, clean"})
        return self.case.message_ids[0].body

    def test_what_was_made_from_something_else_too(self):
        self.made("SAB", "SCB")

        self.assertNotIn("made from", self.exclude("A"), "B is made from C as well")

    def test_all_that_follows(self):
        self.made("SABC", "SAD")

        self.assertIn("3 other affected lots were made from", self.exclude("A"))
        self.assertTrue(all(self.rows[name].in_scope for name in "BCD"))

    @mute_logger("odoo.sql_db")
    def test_blanks_are_no_reason(self):
        row = self.row("A")
        for reason in ("", "  ", "\n\t"):
            with self.assertRaises(CheckViolation), self.cr.savepoint():
                row.write({"in_scope": False, "exclusion_reason": reason})
                row.flush_recordset()
        row.write({"in_scope": False, "exclusion_reason": " Tested "})
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            row.exclusion_reason = "  "
            row.flush_recordset()

        self.assertEqual(row.exclusion_reason, "Tested")

    def test_only_one_lot(self):
        self.made("SAB")

        self.assertIn("1 other affected lot was made from", self.exclude("A"))

    def test_another_suspect_lot_is_in_it_too(self):
        self.made("SAB", "TB")
        self.rows["T"].role = "seed"

        self.assertNotIn("made from", self.exclude("A"))

    def test_a_way_through_what_is_excluded_does_not_count(self):
        self.made("SAC", "SBC")
        self.assertNotIn("made from", self.exclude("A"))

        self.assertIn("1 other affected lot", self.exclude("B"))

    def test_two_at_once(self):
        self.made("SAC", "SBC")

        self.assertIn("1 other affected lot", self.exclude("A", "B"))

    def test_what_is_excluded_already_is_not_counted(self):
        self.made("SABC")
        self.exclude("C")

        self.assertIn("1 other affected lot", self.exclude("A"))

    def test_what_the_scope_names_is_not_counted(self):
        self.made("SAT")
        self.rows["T"].role = "seed"

        self.assertNotIn("made from", self.exclude("A"))

    def test_a_source_of_a_suspect_lot(self):
        """What else was made from the source is in scope through it."""
        self.row("A", role="backward")
        self.made("AS", "AB")

        self.assertIn("1 other affected lot", self.exclude("A"))

    def test_a_cycle(self):
        self.made("SABA")

        self.assertIn("1 other affected lot", self.exclude("A"))

    def test_links_of_other_companies_count(self):
        """A number only: nothing else is said of them."""
        self.made("SAB", "SB")
        link = self.env["recall.link"].search([("case_id", "=", self.case.id)])[-1]
        link.sudo().company_id = self.other_company
        self.rows["A"] = self._as(self.team, self.rows["A"])

        self.assertNotIn("made from", self.exclude("A"))

    def test_nothing_is_said_when_it_is_taken_in_again(self):
        self.made("SAB")
        self.exclude("A")

        self.rows["A"].in_scope = True

        self.assertNotIn("made from", self.case.message_ids[0].body)

    def test_queries_do_not_grow(self):
        self.made(*(f"SA{name}" for name in "BC"))
        self.made(*(f"SX{chr(name)}" for name in range(0x100, 0x120)))
        self.exclude("B")

        def count(name):
            before = self.cr.sql_log_count
            self.rows[name]._count_descending_only()
            return self.cr.sql_log_count - before

        self.assertEqual(count("A"), count("X"))
