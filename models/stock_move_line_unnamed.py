from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .recall_hold import TRUSTED


class StockMoveLine(models.Model):
    """Finds holds on goods that a line moves without naming their lot."""

    _inherit = "stock.move.line"

    def action_revert_inventory(self):
        # It is a count as well, of what had been counted before.
        lines = self.with_context(recall_counting=TRUSTED)
        return super(StockMoveLine, lines).action_revert_inventory()

    def _find_typed_hold(self, by_number):
        """The hold on a lot whose number was typed, whatever its case and blanks: it
        is a lot only once done.

        :param by_number: as `recall.hold._group_by_number` returns it
        """
        holds = self.env["recall.hold"]
        if not self.lot_name:
            return holds
        typed = (self.product_id, self.lot_name, self.company_id)
        found = holds._find_numbered(by_number, *typed)
        exact = found.filtered(lambda hold: hold.lot_id.name == self.lot_name)
        if found and not exact and self._is_number_of_a_lot():
            return exact
        return exact or found

    def _is_number_of_a_lot(self):
        """Whether the number that was typed is on a lot, letter by letter."""
        named = Domain("product_id", "=", self.product_id.id)
        named &= Domain("name", "=", self.lot_name)
        named &= Domain("company_id", "in", [False, self.company_id.id])
        # sudo: a lot counts also where the user does not see it
        return bool(self.env["stock.lot"].sudo().search_count(named, limit=1))

    def _find_unnamed_hold(self, holds, ahead=None):
        """A hold on goods that this line takes without naming their lot.

        Where goods on hold lie, be it in a place below, goods without a lot may leave
        only as far as there are such goods, of the same owner and in the same package:
        nothing else tells that it is not the held ones that go. Out of scrap, where
        goods on hold may go, nothing tells at all; nor of a product that is not stored
        any more: what left is on record as before.

        :param ahead: the lines without a lot that have not moved their goods yet
        """
        self.ensure_one()
        holds = holds.filtered(lambda hold: hold.product_id == self.product_id)
        if not holds or (ahead is not None and self._will_get_lot()):
            return None
        if self.location_id.usage == "inventory" and self._comes_back():
            return holds.filtered(lambda hold: hold._may_come_back(self))
        if self.location_id.usage not in ("internal", "transit"):
            return None
        hold = self._find_hold_below(holds)
        if hold and self.product_id.is_storable and self._count_unnamed(ahead) >= 0:
            return None
        return hold

    def _will_get_lot(self):
        """Whether Odoo finds or makes a lot of the number that was typed, once the
        goods move; by operations that work without lots it only stays on the line."""
        return bool(
            self.lot_name
            and self.product_id.tracking != "none"
            and self.move_id.picking_type_id.use_create_lots
        )

    def _filter_arriving(self):
        """The done lines that brought goods without a lot to a place of ours."""
        return self.filtered(
            lambda line: (
                not line.lot_id
                and line.location_dest_id.usage in ("internal", "transit")
                and line.location_dest_id != line.location_id
            )
        )

    def _filter_coming_back(self):
        """The lines that bring goods without a lot back, out of a transit, or into
        quarantine: a hold that is being placed must know of them."""
        return self.filtered(
            lambda line: (
                not line.lot_id
                and (
                    line.location_id.usage == "transit"
                    or line.location_dest_id.recall_is_quarantine
                    or line._comes_back()
                )
            )
        )

    def _comes_back(self):
        """Whether this line brings goods that had been ours: from a customer, from a
        vendor they were returned to, out of what was made or repaired with them, or
        out of scrap."""
        usage = self.location_id.usage
        if usage in ("production", "supplier"):
            return self.move_id._gives_back()
        return usage == "customer" or (usage == "inventory" and not self._is_count())

    def _match_gone(self, holds):
        """{line: hold} for done lines of goods without a lot that are gone, or came
        back: less of the former, and more of the latter, bring some to where no hold
        may be.

        :param holds: active `recall.hold`
        """
        loose = self.filtered(lambda line: not line.lot_id)
        gone = loose.filtered(
            lambda line: (
                line.location_id.usage == "internal"
                and line.location_dest_id.usage not in ("internal", "transit")
            )
        )
        came = loose._filter_arriving().filtered(
            lambda line: line._comes_back() and not line.is_inventory
        )
        matched = {}
        for line in gone | came:
            may_be = holds.filtered(
                lambda hold, line=line: (
                    (hold.location_id or line in came)
                    and hold.product_id == line.product_id
                    and hold._may_come_back(line, line if line in gone else None)
                )
            )
            if may_be:
                matched[line] = may_be[0]
        return matched

    def _is_count(self):
        """Whether this line only writes down what was counted."""
        counts = self.env.context.get("recall_counting") is TRUSTED
        return counts and self.is_inventory

    def _count_unnamed(self, ahead=None):
        """What is left of such goods without a lot once the lines have taken theirs,
        in the unit of the product; see `_find_unnamed_hold`."""
        taken_from = ("product_id", "location_id", "package_id", "owner_id")
        same = [(name, "=", self[name].id) for name in taken_from]
        # sudo: goods count also where the user does not see them
        quants = self.env["stock.quant"].sudo().search([("lot_id", "=", False), *same])
        if ahead is None:
            self._keep_from_others(quants)
        rest = sum(quants.mapped("quantity"))
        for line in ahead or ():
            if all(line[name] == self[name] for name in taken_from):
                rest -= line.quantity_product_uom
        return self.product_id.uom_id.round(rest)

    @api.model
    def _keep_from_others(self, quants):
        """Let nobody else take of these goods at the same time: where another
        transaction has a quant, Odoo takes from a new one below zero, and both would
        count what only one can have. Who comes second waits, and is run again."""
        self.env.cr.execute(
            SQL(
                """UPDATE stock_quant SET quantity = quantity
                    WHERE id IN (SELECT id FROM stock_quant
                                  WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)""",
                quants.ids,
            )
        )

    def _find_hold_below(self, holds):
        """The hold on goods that lie in the place that this line takes from."""
        below = Domain("location_id", "child_of", self.location_id.id)
        below &= Domain("product_id", "=", self.product_id.id)
        below &= Domain("quantity", ">", 0)
        # sudo: goods count also where the user does not see them
        quants = self.env["stock.quant"].sudo()
        quant = quants.search(below & holds._get_held_quants_domain(), limit=1)
        if not quant:
            return None
        if quant.lot_id:
            return holds.filtered(lambda hold: hold.lot_id == quant.lot_id)
        return holds.filtered(
            lambda hold: (
                hold.location_id and quant.location_id._child_of(hold.location_id)
            )
        )
