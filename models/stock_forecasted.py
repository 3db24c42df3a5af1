from odoo import models
from odoo.fields import Domain

from .recall_hold import TRUSTED


class StockForecastedProductProduct(models.AbstractModel):
    """Held goods are not there to be promised.

    Odoo takes what is reserved off what is there, by the move that has reserved it. Of
    held goods, as much counts as there as it takes off: else good ones would lack it.
    """

    _inherit = "stock.forecasted_product_product"

    def _get_report_lines(
        self,
        product_template_ids,
        product_ids,
        wh_location_ids,
        wh_stock_location,
        read=True,
    ):
        self.env["stock.move.line"].flush_model()  # read by SQL, see `_leaving_sql`
        report = self.with_context(recall_leaving=TRUSTED)
        return super(StockForecastedProductProduct, report)._get_report_lines(
            product_template_ids, product_ids, wh_location_ids, wh_stock_location, read
        )

    def _get_quant_domain(self, location_ids, products):
        domain = Domain(super()._get_quant_domain(location_ids, products))
        # also what has expired, which Odoo leaves out
        reserved = Domain("location_id", "in", location_ids)
        reserved &= Domain("product_id", "in", products.ids)
        reserved &= Domain("reserved_quantity", ">", 0)
        return domain | (reserved & self.env["recall.hold"]._get_held_domain())

    def _get_expired_quant_domain(self, location_ids, products):
        """Odoo makes up for what is reserved of expired goods in one of the lines."""
        domain = Domain(super()._get_expired_quant_domain(location_ids, products))
        return domain & ~self.env["recall.hold"]._get_held_domain()

    def _move_confirmed_domain(
        self, product_template_ids, product_ids, wh_location_ids
    ):
        """Without what waits for held goods only: it takes nothing from others."""
        ins, outs = super()._move_confirmed_domain(
            product_template_ids, product_ids, wh_location_ids
        )
        products = self._get_products(product_template_ids, product_ids)
        returns = products._get_recall_returns(
            Domain(outs) & Domain("quantity", "=", 0)
        )
        return ins, Domain(outs) & Domain("id", "not in", returns.ids)
