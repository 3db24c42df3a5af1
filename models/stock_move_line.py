from odoo import fields, models


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

    def write(self, vals):
        if "lot_id" not in vals and "quant_id" not in vals:
            return super().write(vals)
        former = {line: line.lot_id for line in self if line.state == "done"}
        result = super().write(vals)
        # A done line that gets another lot leaves no record but a chat message.
        for line, lot in former.items():
            if lot and lot != line.lot_id:
                line.recall_former_lot_ids |= lot
        return result
