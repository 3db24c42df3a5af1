from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # Odoo has no index on the lot: a trace over millions of lines needs one.
    _recall_lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")
