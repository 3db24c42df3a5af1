from odoo import models
from odoo.exceptions import UserError

from .recall_hold import TRUSTED

# What stays as it is while goods are on hold.
KEPT_ON_HOLD = ("type", "is_storable", "tracking", "uom_id")


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "recall.document"]

    _recall_paths = {"recall.affected": "product_id.product_tmpl_id"}

    def _prepare_recall_scope_vals(self):
        variants = self.product_variant_ids
        return variants and variants._prepare_recall_scope_vals()

    def _get_nothing_to_recall_message(self):
        return self.env._("None of the selected products has a variant to trace.")

    def write(self, vals):
        for name in KEPT_ON_HOLD:
            self._filter_changed(name, vals)._check_no_hold()
        changed = self._filter_changed("uom_id", vals)
        if not changed:
            return super().write(vals)
        # Odoo gives all lines the new unit: nobody has edited them
        records = self.with_context(recall_changing_unit=TRUSTED)
        result = super(ProductTemplate, records).write(vals)
        changed._recompute_line_quantities()
        return result

    def _filter_changed(self, name, vals):
        """Those of which `vals` change a field."""
        if name not in vals:
            return self.browse()
        field = self._fields[name]
        return self.filtered(
            lambda product: field.convert_to_write(product[name], product) != vals[name]
        )

    def _recompute_line_quantities(self):
        """Forget quantities that were computed while lines had the new unit already,
        and their product the old one: goods are reserved and traced by them."""
        # sudo: Odoo has changed the lines of all companies
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search([("product_id", "in", self.product_variant_ids.ids)])
        self.env.add_to_compute(lines._fields["quantity_product_uom"], lines)

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------
    def _check_no_hold(self):
        """:raise UserError: when the goods of one of these products are on hold"""
        if not self:
            return
        # sudo: a variant counts also where the user does not see it
        products = self.sudo().with_context(active_test=False).product_variant_ids
        # No move follows that would pass the gate.
        for hold in self.env["recall.hold"]._read_active(
            self.env["stock.lot"], products, passing=True
        ):
            raise UserError(
                self.env._(
                    "%(on_hold)s Which product it is, its unit of measure, whether it "
                    "is stored, and how it is tracked, cannot be changed before it is "
                    "released.",
                    on_hold=hold._get_statement(),
                )
            )
