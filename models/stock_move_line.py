from odoo import api, fields, models
from odoo.exceptions import AccessError


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    recall_former_lot_ids = fields.Many2many(
        "stock.lot",
        "recall_former_lot_rel",
        "line_id",
        "lot_id",
        "Former Lots",
        readonly=True,
        copy=False,
        help="Lots that this line carried when it was done, before it was edited.",
    )

    # Odoo has no index on the lot: tracing one lot would read every move line.
    _recall_lot_index = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_former_lots(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_former_lots(vals)
        if "lot_id" not in vals and "quant_id" not in vals:
            return super().write(vals)
        former = {line: line.lot_id for line in self if line.state == "done"}
        result = super().write(vals)
        # A done line that gets another lot leaves no record but a chat message.
        for line, lot in former.items():
            if lot and lot != line.lot_id:
                # sudo: whoever may edit the line makes this entry, and nobody others.
                line.sudo().recall_former_lot_ids |= lot
        return result

    def _check_former_lots(self, vals):
        """:raise AccessError: when a person writes what the trace keeps as evidence"""
        if "recall_former_lot_ids" in vals and not self.env.su:
            raise AccessError(
                self.env._("The former lots of a stock move are kept by itself only.")
            )
