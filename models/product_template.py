from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "recall.document"]

    _recall_paths = {"recall.affected": "product_id.product_tmpl_id"}

    def _prepare_recall_scope_vals(self):
        variants = self.product_variant_ids
        return variants and variants._prepare_recall_scope_vals()

    def _get_nothing_to_recall_message(self):
        return self.env._("None of the selected products has a variant to trace.")
