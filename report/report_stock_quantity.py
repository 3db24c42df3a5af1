from odoo import models


class ReportStockQuantity(models.Model):
    """The graph of the forecast: it is to say what the figures beside it say.

    It is imported after the models, as the view names their columns.
    """

    _inherit = "report.stock.quantity"

    _depends = {
        "recall.hold": ["location_id", "lot_id", "product_id", "state"],
        "stock.location": ["recall_is_quarantine", "warehouse_id"],
        "stock.move.line": [
            "location_dest_id",
            "location_id",
            "lot_id",
            "owner_id",
            "package_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.quant": ["lot_id", "owner_id", "package_id", "reserved_quantity"],
    }

    def _get_product_qty_col(self):
        """Of goods on hold, from today on, what is reserved alone: who reserved it
        lowers the forecast by itself, but for those who bring it to quarantine.

        See `product.product._take_recall_held`. The view goes with our table when the
        addon is uninstalled, and Odoo makes its own again.
        """
        column = super()._get_product_qty_col()
        held = self.env["recall.hold"]._held_sql("stock_quant").code
        leaving = self.env["stock.quant"]._leaving_sql("q").code
        return f"""
            CASE WHEN date >= (now() at time zone 'utc')::date AND q.id IN ({held})
                 THEN {leaving}
                 ELSE {column}
            END
        """
