from odoo import models
from odoo.fields import Domain


class StockForecastedProductProduct(models.AbstractModel):
    _inherit = "stock.forecasted_product_product"

    def _get_quant_domain(self, location_ids, products):
        """Held goods are not there to be promised."""
        domain = Domain(super()._get_quant_domain(location_ids, products))
        return domain & ~self.env["recall.hold"]._get_held_domain()
