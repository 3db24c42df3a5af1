from odoo import api, fields, models


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    recall_note = fields.Char("Recall", compute="_compute_recall_note")

    def _get_product_context(self):
        context = super()._get_product_context()
        if not self.company_id.recall_replace_held:
            # Held goods may be released: nothing is bought for them.
            context["recall_count_held"] = True
        return context

    @api.depends("product_id", "location_id", "company_id.recall_replace_held")
    def _compute_recall_note(self):
        for rule in self:
            rule.recall_note = rule._get_recall_note()

    def _get_recall_note(self):
        """Why held goods are, or are not, bought again; empty when none are held."""
        product = self.product_id.with_context(location=self.location_id.id)
        held = product._read_recall_held(None, None, None).get(product.id)
        if not held:
            return False
        quantity = self.env["recall.case"]._format_quantity(held)
        unit = product.uom_id.name
        if self.company_id.recall_replace_held:
            return self.env._(
                "%(held)s %(unit)s on hold are replaced", held=quantity, unit=unit
            )
        return self.env._(
            "%(held)s %(unit)s on hold count as stock", held=quantity, unit=unit
        )
