from odoo import fields, models

from .recall_hold import TRUSTED


class StockMove(models.Model):
    _inherit = "stock.move"

    recall_case_name = fields.Char(related="picking_id.recall_case_name")

    def _should_bypass_reservation(self, forced_location=False):
        # The plan of a quarantine reserves the goods of all new lines in one go.
        if self.env.context.get("recall_reserved") is TRUSTED:
            return True
        return super()._should_bypass_reservation(forced_location)

    def _action_assign(self, force_qty=False):
        # Any lot of the product would do for Odoo, and be locked away. The places are
        # asked first, as they are in the cache: other transfers cost no query more.
        quarantines = self.location_dest_id.filtered(
            lambda place: place._is_recall_quarantine()
        )
        if not quarantines:
            return super()._action_assign(force_qty)
        own = self.filtered(
            lambda move: move.location_dest_id in quarantines
            and move.picking_id.sudo().recall_case_id
        )
        if own:
            own._assign_held()
        return super(StockMove, self - own)._action_assign(force_qty)

    def _assign_held(self):
        """Reserve what the case of each move holds, and nothing else."""
        # sudo: whoever may reserve for the transfer takes what it was made for
        for picking, moves in self.sudo().grouped("picking_id").items():
            domain = picking.recall_case_id._get_to_quarantine_domain()
            self.env["recall.quarantine.plan"].sudo()._refill(moves, domain)
