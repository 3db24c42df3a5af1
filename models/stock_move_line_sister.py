from odoo import models

# What decides under which lot goods come in.
LOT_FIELDS = frozenset({"lot_id", "quant_id"})


class StockMoveLine(models.Model):
    """Goods that a sister company receives, under a lot of its own."""

    _inherit = "stock.move.line"

    def write(self, vals):
        result = super().write(vals)
        if not LOT_FIELDS.isdisjoint(vals):
            self._filter_done()._follow_to_sister()
        return result

    def _guard_done(self):
        # First: what comes in may go further on with the same transfers.
        self._follow_to_sister()
        return super()._guard_done()

    def _follow_to_sister(self):
        """Hold what these done lines brought, where it is on hold with a sister."""
        if received := self._filter_from_sister():
            self.env["recall.hold"]._follow_to_sister(received.lot_id)

    def _filter_from_sister(self):
        """The lines that bring goods out of a transit between companies, where a lot
        of the one becomes a lot of the other."""
        return self._filter_moving().filtered(
            lambda line: (
                line.location_id.usage == "transit"
                and not line.location_id.company_id
                and line.lot_id.company_id
            )
        )
