"""Stock moves that were rewritten after they were done."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestTraceEdits(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    def gap(self, case, kind="lot_edited"):
        return super().gap(case, kind)

    def add_line(self, move, lot, quantity):
        """Add a line to a move, as the detailed operations of a transfer do."""
        vals = self._line_vals(move, lot, quantity, {})
        return self.env["stock.move.line"].create({**vals, "move_id": move.id})

    # ------------------------------------------------------------------
    # A lot swapped by two edits
    # ------------------------------------------------------------------
    def swap(self, picking, lot, quantity):
        """What a person does who finds that another lot was in the box."""
        self.wait()
        line = picking.move_line_ids
        line.quantity -= quantity
        self.add_line(picking.move_ids, lot, quantity)

    def assertSwapped(self, case, lot, candidate, quantity):
        gap = self.gap(case)
        self.assertEqual((gap.lot_id, gap.candidate_lot_id), (lot, candidate))
        self.assertEqual(gap.quantity, quantity)

    def test_lot_swapped_by_two_edits(self):
        self.swap(self.deliver({self.bad: 5}), self.good, 2)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertSwapped(case, self.bad, self.good, 2)

    def test_swap_seen_from_the_lot_that_was_added(self):
        self.swap(self.deliver({self.good: 5}), self.bad, 2)

        self.assertSwapped(self.trace(self.bad), self.bad, self.good, 2)

    def test_swap_of_the_whole_quantity(self):
        self.swap(self.deliver({self.bad: 5}), self.good, 5)

        case = self.trace(self.bad)

        self.assertFalse(case.exposure_ids)
        self.assertSwapped(case, self.bad, self.good, 5)

    def test_swap_between_two_lines(self):
        out = self.deliver({self.bad: 5, self.good: 3})
        self.wait()
        for line in out.move_line_ids:
            line.quantity += 2 if line.lot_id == self.good else -2

        self.assertSwapped(self.trace(self.bad), self.bad, self.good, 2)

    def test_swap_by_a_move_added_to_the_transfer(self):
        out = self.deliver({self.bad: 5})
        self.wait()
        out.move_line_ids.quantity = 3
        vals = self._line_vals(out.move_ids, self.good, 2, {})
        line = self.env["stock.move.line"].create(vals)
        self.assertEqual(line.state, "done")
        self.assertNotEqual(line.move_id, out.move_line_ids[0].move_id)

        self.assertSwapped(self.trace(self.bad), self.bad, self.good, 2)

    def test_swap_with_goods_without_a_lot(self):
        self.swap(self.deliver({self.bad: 5}), self.nut, 2)

        self.assertSwapped(self.trace(self.bad), self.bad, self.good.browse(), 2)

    def test_swap_of_two_suspect_lots_is_one_gap(self):
        self.swap(self.deliver({self.bad: 5}), self.good, 2)

        self.assertEqual(len(self.gap(self.trace(self.bad, self.good))), 1)

    def test_swap_taken_back(self):
        out = self.deliver({self.bad: 5})
        self.swap(out, self.good, 2)
        for line in out.move_line_ids:
            line.quantity = 5 if line.lot_id == self.bad else 0

        self.assertFalse(self.trace(self.bad).gap_ids)

    def test_corrected_quantity_is_no_swap(self):
        self.wait()
        out = self.deliver({self.bad: 5})
        out.move_line_ids.quantity = 4

        case = self.trace(self.bad)

        self.assertFalse(case.gap_ids)
        self.assertBalanced(case)

    def test_swap_in_another_transfer_is_none(self):
        first, second = self.deliver({self.bad: 5}), self.deliver({self.good: 5})
        first.move_line_ids.quantity = 4
        second.move_line_ids.quantity = 6

        self.assertFalse(self.trace(self.bad).gap_ids)

    @needs("mrp")
    def test_swapped_component_of_a_done_production(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        order = self.produce({made: 5}, {self.bad: 5})
        self.wait()
        order.move_raw_ids.move_line_ids.quantity = 0
        self.add_line(order.move_raw_ids, self.good, 5)

        case = self.trace(self.bad)

        self.assertNotIn(made, self.affected(case))
        self.assertSwapped(case, self.bad, self.good, 5)

    def test_done_line_cannot_be_deleted(self):
        """Odoo refuses; setting it to 0 is an edit like others."""
        line = self.deliver({self.bad: 5}).move_line_ids

        with self.assertRaises(UserError):
            line.unlink()
        forged = line.with_user(self.stock_user).with_context(_force_unlink=True)
        with self.assertRaises(UserError):
            forged.unlink()

    def test_done_line_stays_with_its_move(self):
        """Also while nothing is on hold: elsewhere it does not tell who got them."""
        move = self.deliver({self.bad: 5}).move_ids
        other = self.order({self.nut: 2}).picking_ids.move_ids
        line = move.move_line_ids.with_user(self.stock_user)

        with self.assertRaisesRegex(UserError, "return the goods"):
            line.move_id = other
        with self.assertRaisesRegex(UserError, "return the goods"):
            other.move_line_ids.with_user(self.stock_user).move_id = move

    def test_done_move_stays_done(self):
        """Also while nothing is on hold: its lines could be rewritten, or deleted."""
        move = self.deliver({self.bad: 5}).move_ids
        for state in ("assigned", "draft", "cancel"):
            with self.assertRaisesRegex(UserError, "Return the goods"):
                self._as(self.stock_user, move).state = state
        self.assertEqual(move.state, "done")

    def test_line_added_to_a_done_transfer_gets_a_move(self):
        picking = self.deliver({self.bad: 5})
        vals = self._line_vals(picking.move_ids, self.good, 1, {})
        vals = {**vals, "picking_id": picking.id, "move_id": False}
        lines = self.env["stock.move.line"].with_user(self.stock_user)

        line = lines.create(vals)

        self.assertEqual((line.state, line.env), ("done", lines.env))

    # ------------------------------------------------------------------
    # A date that was rewritten
    # ------------------------------------------------------------------
    def test_date_of_a_done_move_is_rewritten(self):
        out = self.deliver({self.bad: 5})
        then = out.move_line_ids.date
        self.wait()
        out.move_line_ids.date = then - timedelta(days=30)

        gap = self.gap(self.trace(self.bad), "date_edited")

        self.assertEqual((gap.lot_id, gap.date, gap.quantity), (self.bad, then, 5))

    def test_effective_date_of_a_transfer_is_rewritten(self):
        """Odoo's own way: it sets the date of each line."""
        out = self.deliver({self.bad: 5})
        then = out.date_done
        self.wait()
        out.date_done = then - timedelta(days=30)

        case = self.trace(self.bad)

        self.assertEqual(case.exposure_ids.date, then - timedelta(days=30))
        self.assertEqual(self.gap(case, "date_edited").date, then)

    def test_rewritten_dates_of_one_lot_are_one_gap(self):
        outs = [self.deliver({self.bad: 5}), self.deliver({self.bad: 2})]
        then = outs[0].date_done
        self.wait()
        for out in outs:
            out.date_done = then - timedelta(days=30)

        gap = self.gap(self.trace(self.bad), "date_edited")

        self.assertEqual((gap.date, gap.quantity), (then, 7))
        self.assertIn("2 stock moves", gap.note)

    def test_date_set_back_to_what_it_was(self):
        out = self.deliver({self.bad: 5})
        then = out.date_done
        self.wait()
        out.date_done = then - timedelta(days=30)
        out.date_done = then

        self.assertFalse(self.trace(self.bad).gap_ids)

    def test_date_set_while_doing_it_is_no_gap(self):
        """As Odoo does for counts with a date, and for what a subcontractor made."""
        self.wait()
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.bad.id), ("location_id", "=", self.stock.id)]
        )
        quant.inventory_quantity = 18
        quant._apply_inventory(self.bad.create_date)

        self.assertFalse(self.gap(self.trace(self.bad), "date_edited"))

    @needs("mrp_subcontracting")
    def test_subcontracting_rewrites_no_date(self):
        roast = self._create_product("Roast")
        (made,) = self.lots(roast, "R1")
        farm = self._create_partner("Roaster")
        self.bom(
            roast,
            {self.nut: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(farm.ids)],
        )
        self.subcontract(farm, {made: 2}, {self.bad: 2})

        case = self.trace(self.bad, direction="both")

        self.assertFalse(self.gap(case, "date_edited"))

    # ------------------------------------------------------------------
    # The product's unit of measure
    # ------------------------------------------------------------------
    def change_unit(self):
        """Odoo gives all moves the new unit, and leaves their quantities as they
        are."""
        self.nut.uom_id = self.env.ref("uom.product_uom_dozen")
        self.env.flush_all()
        self.env.invalidate_all()

    def test_new_unit_is_no_edit(self):
        self.deliver({self.bad: 5})
        order = self.order({self.bad: 3})
        self.wait()
        self.change_unit()

        lines = self.env["stock.move.line"].search([("product_id", "=", self.nut.id)])
        self.assertEqual(set(lines.mapped("recall_quantity_change")), {0})
        for line in lines:
            self.assertEqual(line.quantity_product_uom, line.quantity)
        case = self.trace(self.bad)
        self.assertFalse(case.gap_ids)
        self.assertBalanced(case)
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (5, 0, "exact")}
        )
        self.validate(order.picking_ids)
        self.assertEqual(sum(self.bad.quant_ids.mapped("reserved_quantity")), 0)

    def test_edit_after_a_new_unit(self):
        out = self.deliver({self.bad: 5})
        self.change_unit()
        self.swap(out, self.good, 2)

        self.assertSwapped(self.trace(self.bad), self.bad, self.good, 2)

    def test_edit_before_a_new_unit(self):
        self.swap(self.deliver({self.bad: 5}), self.good, 2)
        self.change_unit()

        self.assertSwapped(self.trace(self.bad), self.bad, self.good, 2)

    def test_unit_of_a_single_line_is_an_edit(self):
        """Also by who calls it what Odoo calls the change of the product's unit."""
        line = self._as(self.stock_user, self.deliver({self.bad: 1})).move_line_ids
        line = line.with_context(skip_uom_conversion=True, recall_changing_unit=True)
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")

        self.assertEqual(line.sudo().recall_quantity_change, 11)

    # ------------------------------------------------------------------
    # Who keeps the record
    # ------------------------------------------------------------------
    def test_a_stock_user_leaves_the_record_too(self):
        out = self._as(self.stock_user, self.deliver({self.bad: 5}))
        self.wait()
        out.move_line_ids.write({"quantity": 3, "date": out.date_done - timedelta(9)})

        line = out.sudo().move_line_ids
        self.assertEqual(line.recall_quantity_change, -2)
        self.assertEqual(line.recall_former_date, out.date_done)

    def test_nobody_rewrites_the_record(self):
        line = self._as(self.stock_user, self.deliver({self.bad: 5})).move_line_ids
        for vals in ({"recall_quantity_change": 0}, {"recall_former_date": False}):
            with self.assertRaises(AccessError):
                line.write(vals)
            with self.assertRaises(AccessError):
                line.create({"product_id": self.nut.id, **vals})
