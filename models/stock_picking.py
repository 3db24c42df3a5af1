from odoo import models
from odoo.fields import Command


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "recall.document"]

    _recall_paths = {
        "recall.exposure": "picking_id",
        "recall.source": "picking_id",
        "recall.pending": "picking_id",
    }
    _recall_audit_view = "stock_recall.stock_picking_view_form_audit"

    def _prepare_recall_scope_vals(self):
        receipts = self.filtered(
            lambda picking: picking.state == "done"
            and picking.location_id.usage == "supplier"
        )
        lots = (self - receipts).move_line_ids.lot_id
        scope_vals = lots._prepare_recall_scope_vals() if lots else []
        if receipts:
            vals = {"kind": "receipt", "picking_ids": [Command.set(receipts.ids)]}
            scope_vals.append(vals)
        return scope_vals

    def _get_nothing_to_recall_message(self):
        return self.env._(
            "A recall case starts from done receipts, or from the lots of other "
            "transfers. The selected transfers have neither."
        )
