from odoo import models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "recall.document"]

    _recall_paths = {"recall.affected": "product_id.product_tmpl_id"}

    def _prepare_recall_scope_vals(self):
        variants = self.product_variant_ids
        return variants and variants._prepare_recall_scope_vals()

    def _get_nothing_to_recall_message(self):
        return self.env._("None of the selected products has a variant to trace.")

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------
    def write(self, vals):
        for name in {"type", "is_storable", "tracking"} & vals.keys():
            self.filtered(lambda p, n=name: p[n] != vals[n])._check_no_hold()
        return super().write(vals)

    def _check_no_hold(self):
        """:raise UserError: when the goods of one of these products are on hold"""
        # sudo: holds of all companies count, and who may edit a product need not be
        # allowed to read them
        domain = [("product_id.product_tmpl_id", "in", self.ids)]
        domain += [("state", "=", "active")]
        hold = self.env["recall.hold"].sudo().search(domain, limit=1)
        if hold:
            raise UserError(
                self.env._(
                    "%(on_hold)s Which product it is, whether it is stored, and how it "
                    "is tracked, cannot be changed before it is released.",
                    on_hold=hold._get_statement(),
                )
            )
