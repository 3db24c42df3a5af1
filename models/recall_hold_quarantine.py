from odoo import api, models
from odoo.fields import Domain


class RecallHold(models.Model):
    """What holds mean for goods on their way to quarantine, and these for holds."""

    _inherit = "recall.hold"

    @api.model
    def _log_moves(self, holds):
        result = super()._log_moves(holds)
        loose = [line for line in holds if not line.lot_id]
        if loose:
            self._follow_into_quarantine(self.env["stock.move.line"].concat(*loose))
        return result

    def _follow_into_quarantine(self, lines):
        """Goods without a lot are held by the place where they lie: their holds go
        along into quarantine.

        :param lines: done `stock.move.line`
        """
        arrived = lines.filtered(
            lambda line: line.location_dest_id._is_recall_quarantine()
        )
        holds = self._read_active(self.env["stock.lot"], arrived.product_id)
        for product, its in holds.filtered("location_id").grouped("product_id").items():
            for line in arrived.filtered(lambda line, p=product: line.product_id == p):
                for hold in its:
                    if line.location_id._child_of(hold.location_id):
                        hold._extend_to(line.location_dest_id)

    def _extend_to(self, place):
        """Hold the product of this hold in another place, for the same reason."""
        if place._child_of(self.location_id):
            return
        # As the user who placed it, who then is not the one to release it. sudo: goods
        # stay on hold, whoever moves them.
        holds = self.with_user(self.placed_by).with_company(self.company_id).sudo()
        holds._place(
            self.env["stock.lot"],
            self.reason,
            self.case_id,
            [(self.product_id, place)],
            self.expires_on,
        )

    def _release(self, reason):
        result = super()._release(reason)
        self._leave_quarantine_transfers()
        return result

    def _leave_quarantine_transfers(self):
        """Take goods that nothing holds any more off the open transfers into
        quarantine: they stay where they are, for whoever needs them. What was picked
        already is on its way, and goes on."""
        # sudo: whoever may release goods sets them free in all companies of the case
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search(
            Domain("picking_id.recall_case_id", "in", self.case_id.ids)
            & Domain("product_id", "in", self.product_id.ids)
            & Domain("state", "not in", ["done", "cancel"])
            & Domain("picked", "=", False)
        )
        held = lines._get_holds()
        free = lines.filtered(lambda line: line not in held)
        moves = free.move_id
        free.unlink()
        for move in moves:
            move.product_uom_qty = move.quantity
        moves.filtered(lambda move: not move.quantity)._action_cancel()
