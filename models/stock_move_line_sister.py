from odoo import models


class StockMoveLine(models.Model):
    """Goods that a sister company receives, under a lot of its own."""

    _inherit = "stock.move.line"

    def _guard_done(self):
        result = super()._guard_done()
        if received := self._filter_from_sister():
            self.env["recall.hold"]._follow_to_sister(received.lot_id)
        return result

    def _filter_from_sister(self):
        """The lines that bring goods out of a transit between companies, where a lot
        of the one becomes a lot of the other."""
        return self._filter_moving().filtered(
            lambda line: (
                line.lot_id.company_id
                and line.location_id.usage == "transit"
                and not line.location_id.company_id
            )
        )
