from odoo import api, fields, models


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    recall_note = fields.Char("Recall", compute="_compute_recall_note")

    def _get_product_context(self):
        context = super()._get_product_context()
        if not self.company_id.recall_replace_held:
            # Held goods may be released: nothing is bought for them.
            context["recall_count_held"] = True
            context["location"] = self._get_recall_places().ids
        return context

    def _get_recall_places(self):
        """Where a rule finds the held goods that it does not replace: those of the
        stock of a warehouse stay its goods in quarantine, beside it."""
        places = self.location_id
        # sudo: whoever may see the rule; its figures tell of no place
        warehouse = places.warehouse_id.sudo()
        if places == warehouse.lot_stock_id:
            places |= warehouse.recall_quarantine_loc_id.sudo(False)
        return places

    @api.depends("product_id", "location_id", "company_id.recall_replace_held")
    def _compute_recall_note(self):
        self.recall_note = False
        is_any_of = self.env["recall.hold"]._is_any_of
        on_hold = self.filtered(lambda rule: is_any_of(rule.product_id))
        for (places, date), rules in on_hold.grouped(
            lambda rule: (
                rule._get_recall_places(),
                rule._get_product_context()["to_date"],
            )
        ).items():
            products = rules.product_id.with_context(location=places.ids, to_date=date)
            held = products._read_recall_counted(date)
            for rule in rules:
                rule.recall_note = rule._get_recall_note(held[rule.product_id.id])

    def _get_recall_note(self, held):
        """Why held goods are, or are not, bought again; empty when none are held."""
        if held <= 0:
            return False
        quantity = self.env["recall.case"]._format_quantity(held)
        unit = self.product_id.uom_id.name
        if self.company_id.recall_replace_held:
            return self.env._(
                "%(held)s %(unit)s on hold are replaced", held=quantity, unit=unit
            )
        return self.env._(
            "%(held)s %(unit)s on hold count as stock", held=quantity, unit=unit
        )
