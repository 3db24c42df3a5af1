from odoo import api, models


class RecallHold(models.Model):
    """What screens and lists say of the holds that are on goods."""

    _inherit = "recall.hold"

    @api.model
    def _read_on(self, goods, end="location_id"):
        """{goods: all active holds on them}

        :param goods: `stock.quant` or `stock.move.line`
        :param end: at which of their ends goods without a lot count as held
        """
        loose = goods.filtered(lambda row: not row.lot_id).product_id
        holds = self._read_active(goods.lot_id, loose)
        by_lot = holds.filtered("lot_id").grouped(lambda hold: hold.lot_id.id)
        by_product = holds.filtered("location_id").grouped(
            lambda hold: hold.product_id.id
        )
        found = {}
        for row in goods:
            if row.lot_id:
                found[row] = by_lot.get(row.lot_id.id, holds.browse())
                continue
            on_product = by_product.get(row.product_id.id, holds.browse())
            found[row] = on_product.filtered(
                lambda hold, place=row[end]: place._child_of(hold.location_id)
            )
        return found

    def _get_causes(self):
        """By which cases these holds are, and why, in words."""
        causes = (f"{hold._get_origin()}: {hold.reason}" for hold in self)
        return " · ".join(dict.fromkeys(causes))

    def _invalidate_held(self):
        self.env["stock.quant"].invalidate_model(["recall_hold_reason"])
        return super()._invalidate_held()
