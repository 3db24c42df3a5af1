from odoo import models
from odoo.fields import Domain


class RecallHold(models.Model):
    """What a release means for goods on their way to quarantine."""

    _inherit = "recall.hold"

    def _release(self, reason):
        result = super()._release(reason)
        self._leave_quarantine_transfers()
        return result

    def _leave_quarantine_transfers(self):
        """Take goods that nothing holds any more off the open transfers into
        quarantine, of whichever case: they stay where they are, for whoever needs
        them. What was picked already is on its way, and goes on."""
        # sudo: whoever may release goods sets them free in all companies of the case
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search(
            Domain("picking_id.recall_case_id", "!=", False)
            & Domain("product_id", "in", self.product_id.ids)
            & Domain("state", "not in", ["done", "cancel"])
            & Domain("picked", "=", False)
        )
        released, held = self.sudo()._match_lines(lines), lines._get_holds()
        free = lines.filtered(lambda line: line in released and line not in held)
        moves = free.move_id
        free._take_out()
        for move in moves:
            move.product_uom_qty = move.quantity
        moves.filtered(lambda move: not move.quantity)._action_cancel()
