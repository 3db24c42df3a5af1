from odoo import models
from odoo.fields import Domain

from ..tools.numbers import normalize_number
from .recall_hold import TRUSTED


class StockMoveLine(models.Model):
    """Finds holds on goods that a line moves without naming their lot."""

    _inherit = "stock.move.line"

    def _find_typed_hold(self, holds):
        """The hold on a lot whose number was typed, whatever its case and blanks: it
        is a lot only once done."""
        number = normalize_number(self.lot_name)
        companies = self.company_id.sudo().parent_ids
        return number and holds.filtered(
            lambda hold: (
                hold.product_id == self.product_id
                and normalize_number(hold.lot_id.name) == number
                and hold.lot_id.company_id <= companies
            )
        )

    def _find_unnamed_hold(self, holds, ahead=None):
        """A hold on goods that this line takes without naming their lot.

        Where goods on hold lie, be it in a place below, goods without a lot may leave
        only as far as there are such goods, of the same owner and in the same package:
        nothing else tells that it is not the held ones that go. Out of scrap, where
        goods on hold may go, nothing tells at all.

        :param ahead: the lines without a lot that have not moved their goods yet
        """
        self.ensure_one()
        holds = holds.filtered(lambda hold: hold.product_id == self.product_id)
        if self.lot_name or not holds:
            return None
        if self.location_id.usage == "inventory":
            came = holds.filtered(lambda hold: hold._may_come_back(self))
            return None if self._is_count() else came
        if self.location_id.usage not in ("internal", "transit"):
            return None
        if self._count_unnamed(ahead) >= 0:
            return None
        return self._find_hold_below(holds)

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
        rest = sum(quants.mapped("quantity"))
        for line in ahead or ():
            if all(line[name] == self[name] for name in taken_from):
                rest -= line.quantity_product_uom
        return self.product_id.uom_id.round(rest)

    def _find_hold_below(self, holds):
        """The hold on goods that lie in the place that this line takes from."""
        below = Domain("location_id", "child_of", self.location_id.id)
        below &= Domain("product_id", "=", self.product_id.id)
        below &= Domain("quantity", ">", 0)
        # sudo: goods count also where the user does not see them
        quants = self.env["stock.quant"].sudo()
        quant = quants.search(below & holds._get_held_quants_domain(), limit=1)
        if quant.lot_id:
            return holds.filtered(lambda hold: hold.lot_id == quant.lot_id)
        return holds.filtered(
            lambda hold: (
                hold.location_id and quant.location_id._child_of(hold.location_id)
            )
        )
