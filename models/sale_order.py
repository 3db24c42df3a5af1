from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "recall.document"]

    _recall_paths = {
        "recall.exposure": "sale_id",
        "recall.pending": "picking_id.sale_id",
    }
