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
        leaving = self.env["stock.quant"]._leaving_sql("quant").code
        # One value for all quants, as it is worked out once then, and not for each day.
        by_quant = f"""
            SELECT jsonb_object_agg(quant.id, {leaving})
              FROM stock_quant quant
             WHERE quant.reserved_quantity <> 0 AND quant.id IN ({held})
        """
        return f"""
            CASE WHEN date < (now() at time zone 'utc')::date OR q.id NOT IN ({held})
                 THEN {column}
                 WHEN q.reserved_quantity = 0 THEN 0
                 ELSE (({by_quant}) ->> q.id::text)::numeric
            END
        """
