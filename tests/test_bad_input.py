"""Bad input: a clear message or a right answer, never half a result in silence."""

from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tools import mute_logger

from .flows import needs
from .trace_common import TraceCommon

MANY = 20_000


class TestBadInput(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")

    def lot_scope(self, *lots):
        return {"kind": "lot", "lot_ids": [Command.set([lot.id for lot in lots])]}

    # ------------------------------------------------------------------
    # Scope
    # ------------------------------------------------------------------
    def test_no_scope(self):
        case = self._create_case()

        with self.assertRaisesRegex(UserError, "has no scope yet"):
            case.action_trace()

    def test_scope_line_that_names_nothing(self):
        """The form asks for it; whoever writes without the form is told."""
        for vals, message in (
            ({"kind": "lot"}, r"line Lots: \? .*Lots/Serial Numbers"),
            ({"kind": "product"}, r"line Products: \? .*Products"),
            ({"kind": "receipt"}, r"line Receipts: \? .*Receipts"),
            ({"kind": "vendor_lot"}, r"line Vendor lot number: \? .*Vendor Lot"),
            ({"kind": "vendor_lot", "vendor_lot": " \t"}, "Vendor Lot Number"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self._create_case(vals)

    def test_scope_line_that_no_longer_names_anything(self):
        line = self._create_case(self.lot_scope(self.bad)).scope_ids
        for vals in ({"lot_ids": [Command.clear()]}, {"kind": "product"}):
            with self.assertRaisesRegex(ValidationError, "says nothing"):
                line.write(vals)

    def test_scope_line_of_an_archived_product(self):
        self.nut.active = False

        line = self._create_case(
            {"kind": "product", "product_ids": [Command.set(self.nut.ids)]}
        ).scope_ids

        line.case_id.action_trace()
        self.assertEqual(line.seed_count, 2)

    def test_scope_without_lots(self):
        """They were deleted since."""
        gone = self._create_lot(self.nut, "N3")
        case = self._create_case(self.lot_scope(gone))
        gone.unlink()

        with self.assertRaisesRegex(UserError, "Nothing was found for: Lots"):
            case.action_trace()

    def test_scope_that_finds_nothing_names_its_line(self):
        for vals, named in (
            ({"kind": "vendor_lot", "vendor_lot": "V-404"}, "V-404"),
            ({"kind": "product", "product_ids": self.nut.ids}, self.nut.name),
        ):
            if vals["kind"] == "product":
                vals["date_from"] = Datetime.now()
            with self.assertRaisesRegex(UserError, named):
                self._create_case(vals).action_trace()

    def test_one_line_of_two_finds_nothing(self):
        """The other is traced, and the outcome names the empty one."""
        case = self._create_case(
            self.lot_scope(self.bad), {"kind": "vendor_lot", "vendor_lot": "V-404"}
        )

        action = case.action_trace()

        self.assertEqual(case.affected_ids.lot_id, self.bad)
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("V-404", action["params"]["message"])
        self.assertIn("V-404", case.message_ids.sorted("id")[-1].body)

    def test_lot_that_never_moved(self):
        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertFalse(self.quantities(case, self.bad))

    def test_lot_of_another_company(self):
        self.bad.company_id = self.other_company

        with self.assertRaisesRegex(ValidationError, "N1 belongs to a company"):
            self._create_case(self.lot_scope(self.bad))

    def test_company_of_a_lot_changes_later(self):
        """What the scope names is still traced; where, is up to the case."""
        case = self._create_case(self.lot_scope(self.bad))
        self.receive({self.good: 1})
        self.bad.company_id = self.other_company

        case.action_trace()

        self.assertEqual(case.affected_ids.lot_id, self.bad)

    def test_company_taken_off_a_case(self):
        both = self.company | self.other_company
        self.bad.company_id = self.other_company
        case = self._create_case(
            self.lot_scope(self.bad), company_ids=[Command.set(both.ids)]
        )

        with self.assertRaisesRegex(ValidationError, "N1 belongs to a company"):
            case.company_ids = self.company

    def test_window_upside_down(self):
        with self.assertRaisesRegex(ValidationError, "ends before it starts"):
            self._create_case(
                {
                    "kind": "product",
                    "product_ids": [Command.set(self.nut.ids)],
                    "date_from": "2026-02-01",
                    "date_to": "2026-01-01",
                }
            )

    def test_window_of_one_moment(self):
        case = self._create_case(
            {
                "kind": "product",
                "product_ids": [Command.set(self.nut.ids)],
                "date_from": "2026-02-01",
                "date_to": "2026-02-01",
            }
        )

        self.assertTrue(case.scope_ids)

    def test_deleted_picking(self):
        planned = self.receive({self.bad: 5}).copy()
        case = self._create_case(
            {"kind": "receipt", "picking_ids": [Command.set(planned.ids)]}
        )
        planned.unlink()

        with self.assertRaisesRegex(UserError, "Nothing was found for: Receipts"):
            case.action_trace()

    def test_picking_deleted_after_the_trace(self):
        """The frozen row stays, and so does what it says."""
        self.receive({self.bad: 5})
        order = self.order({self.nut: 1})
        name = order.picking_ids.name
        case = self.trace(self.bad)
        order.picking_ids.unlink()

        row = case.pending_ids
        self.assertFalse(row.picking_id)
        self.assertEqual(row.document, name)
        case.action_trace()
        self.assertFalse(case.pending_ids)

    def test_strings_are_never_sql(self):
        evil = "N1'; DROP TABLE recall_gap; --"
        self.bad.name = evil
        case = self._create_case({"kind": "vendor_lot", "vendor_lot": evil})

        case.action_trace()

        self.assertEqual(case.affected_ids.lot_id, self.bad)

    def test_archived_product(self):
        self.receive({self.bad: 5})
        self.deliver({self.bad: 2})
        self.nut.active = False

        for scope in (
            self.lot_scope(self.bad),
            {"kind": "vendor_lot", "vendor_lot": "N1"},
            {"kind": "product", "product_ids": [Command.set(self.nut.ids)]},
        ):
            case = self.trace_scope(scope)
            self.assertEqual(
                self.exposures(case), {(self.consignee, self.bad): (2, 0, "exact")}
            )

    def test_archived_consignee_and_warehouse(self):
        far = self.new_warehouse("FAR")
        self.receive({self.bad: 5}, warehouse=far)
        self.deliver({self.bad: 5}, warehouse=far)
        self.consignee.active = False
        far.active = False

        self.assertEqual(
            self.exposures(self.trace(self.bad)),
            {(self.consignee, self.bad): (5, 0, "exact")},
        )

    # ------------------------------------------------------------------
    # While tracing
    # ------------------------------------------------------------------
    @mute_logger("odoo.sql_db")
    def test_lot_deleted_while_tracing(self):
        case = self._create_case(self.lot_scope(self.bad, self.good))
        trace = type(self.env["recall.trace"])
        read = trace._trace_scope

        def read_and_delete(*args):
            found = read(*args)
            self.good.unlink()
            return found

        with (
            patch.object(trace, "_trace_scope", read_and_delete),
            self.assertRaisesRegex(UserError, "deleted a lot or transfer"),
            self.cr.savepoint(),
        ):
            case.action_trace()

        self.assertFalse(case.affected_ids)
        case.action_trace()
        self.assertEqual(case.affected_ids.lot_id, self.bad | self.good)

    def test_traced_by_somebody_else_right_now(self):
        case = self._create_case(self.lot_scope(self.bad))

        with (
            patch.object(type(case), "lock_for_update", side_effect=LockError("")),
            self.assertRaisesRegex(UserError, "Try again"),
        ):
            case.action_trace()

    def test_lot_of_a_case_cannot_be_deleted(self):
        self.trace(self.bad)

        with self.assertRaises(Exception), mute_logger("odoo.sql_db"):  # noqa: B017
            self.bad.unlink()

    # ------------------------------------------------------------------
    # Rights and states
    # ------------------------------------------------------------------
    def test_user_without_rights(self):
        case = self._create_case(self.lot_scope(self.bad))
        for user in (self.employee, self.auditor, self.other_team):
            with self.assertRaises(AccessError):
                case.with_user(user).action_trace()

        case.with_user(self.team).action_trace()
        self.assertEqual(case.affected_ids.lot_id, self.bad)

    def test_cancelled_case(self):
        case = self._create_case(self.lot_scope(self.bad))
        case.action_cancel()

        with self.assertRaisesRegex(UserError, "Cancelled"):
            case.action_trace()

    def test_company_of_the_reader_does_not_matter(self):
        """Whoever traces, the case's companies decide what is seen."""
        self.receive({self.bad: 5})
        self.deliver({self.bad: 2})
        self.receive({self.bad: 5}, warehouse=self.other_warehouse)
        self.deliver({self.bad: 1}, self.second, self.other_warehouse)
        both = self.company | self.other_company
        case = self._create_case(
            self.lot_scope(self.bad), company_ids=[Command.set(both.ids)]
        )

        case.with_user(self.team).action_trace()

        self.assertEqual(
            {partner for partner, _lot in self.exposures(case)},
            {self.consignee, self.second},
        )
        mine = self.env["recall.exposure"].with_user(self.team)
        mine = mine.search([("case_id", "=", case.id)])
        self.assertEqual(mine.partner_id, self.consignee, "no partner of the other's")

    # ------------------------------------------------------------------
    # Shape and size
    # ------------------------------------------------------------------
    @needs("mrp")
    def test_long_chain(self):
        """Each lot in the next: depth has no limit."""
        paste = self._create_product("Paste")
        chain = self.lots(paste, *(f"P{number}" for number in range(25)))
        self.receive({self.bad: 1})
        self.produce({chain[0]: 1}, {self.bad: 1})
        for used, made in zip(chain, chain[1:], strict=False):
            self.produce({made: 1}, {used: 1})

        case = self.trace(self.bad)

        self.assertTraced(case, dict.fromkeys([self.bad, *chain], "exact"))
        self.assertEqual(self.affected(case)[chain[-1]].depth, 25)

    def test_very_many_affected_lots(self):
        self.receive({self.bad: 100})
        self._make_lots_of(self.bad, MANY)

        case = self.trace(self.bad)

        self.assertEqual(
            self.env["recall.affected"].search_count([("case_id", "=", case.id)]),
            MANY + 1,
        )

    def _make_lots_of(self, lot, count):
        """Make `count` lots of one, by SQL for no other reason than time: 100 lines
        that used it, and a line for each lot."""
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        names = [f"M{number}" for number in range(count)]
        used = self._write_lines(lot.ids * 100, self.stock, production)
        self.env.cr.execute(
            """INSERT INTO stock_lot (product_id, name)
               SELECT %s, unnest(%s) RETURNING id""",
            [lot.product_id.id, names],
        )
        lots = [row[0] for row in self.env.cr.fetchall()]
        # As on a server: its statistics know of the many lots.
        self.env.cr.execute("ANALYZE stock_lot")
        made = self._write_lines(lots, production, self.stock)
        self.env.cr.execute("ANALYZE stock_move_line")
        self.env.cr.execute(
            """INSERT INTO stock_move_line_consume_rel
                      (produce_line_id, consume_line_id)
               SELECT unnest(%s), unnest(%s)""",
            [[used[number % 100] for number in range(count)], made],
        )
        self.env.cr.execute("ANALYZE stock_move_line_consume_rel")
        self.env.invalidate_all()

    def _write_lines(self, lot_ids, source, target):
        self.wait()
        move = self.env["stock.move"].create(
            {
                "product_id": self.nut.id,
                "product_uom_qty": len(lot_ids),
                "location_id": source.id,
                "location_dest_id": target.id,
                "state": "done",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO stock_move_line (
                product_id, lot_id, move_id, state, date, company_id, location_id,
                location_dest_id, product_uom_id, quantity, quantity_product_uom
            )
            SELECT product_id, unnest(%s), id, state, %s, company_id, location_id,
                   location_dest_id, product_uom, 1, 1
              FROM stock_move WHERE id = %s
            RETURNING id
            """,
            [lot_ids, Datetime.now(), move.id],
        )
        return [row[0] for row in self.env.cr.fetchall()]
