from collections import Counter

from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """Held goods that are on their way in will be on hold, and cannot be promised."""

    _inherit = "product.product"

    def _read_recall_arriving(self, domain):
        """{product id: quantity on hold that the moves of a domain bring in}"""
        arriving = Counter()
        for move, quantity in self._get_recall_arriving(domain).items():
            arriving[move.product_id.id] += quantity
        return arriving

    def _get_recall_arriving(self, domain):
        """{move: how much of what it brings will be on hold} for the moves of a domain
        that bring in some, those first that Odoo promises first."""
        moves = self.env["stock.move"]
        _lots, product_ids = self.env["recall.hold"]._get_active_keys()
        held = self.filtered(lambda product: product.id in product_ids)
        if not held:
            return {}
        domain &= Domain("product_id", "in", held.ids)
        domain &= moves._get_bringing_held_domain()
        bringing = moves.search(domain, order="priority desc, date, id")
        # sudo: whoever sees the figures; what they bring tells which ones count
        return bringing.sudo()._get_bringing_held()
