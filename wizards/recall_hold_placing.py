from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class RecallHoldPlacing(models.TransientModel):
    """Asks why lots go on hold without a case."""

    _name = "recall.hold.placing"
    _description = "Place a Precautionary Hold"

    lot_ids = fields.Many2many("stock.lot", string="Lots/Serial Numbers", required=True)
    reason = fields.Char(required=True)
    expires_on = fields.Date(
        "Review On",
        help="From this day on you are asked whether the hold is still needed. It "
        "never ends by itself.",
    )

    def action_place(self):
        self.ensure_one()
        holds = self.env["recall.hold"]
        if not holds._may_place():
            raise AccessError(self.env._("Only the recall team may place a hold."))
        if not self.lot_ids:
            raise UserError(self.env._("Choose the lots to hold."))
        if not self.reason.strip():
            raise UserError(self.env._("Give the reason for the hold."))
        self.lot_ids.check_access("read")
        # sudo: the team may hold lots that it may read; holds have no other access
        placed = holds.sudo()._place(
            self.lot_ids, self.reason.strip(), expires_on=self.expires_on
        )
        placed._log_precautions()
        return self._prepare_placed_action(placed)

    def _prepare_placed_action(self, placed):
        """Reload, and tell what was done."""
        before = self.lot_ids - placed.lot_id
        told = [self._get_placed_message(placed)] if placed else []
        if before:
            told.append(self._get_before_message(before))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("On hold")
                if placed
                else self.env._("On hold already"),
                "message": " ".join(told),
                "type": "warning" if before else "success",
                "sticky": bool(before),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_placed_message(self, placed):
        """What new holds reach in the companies shown: the lots say all."""
        cases = self.env["recall.case"]
        told = [
            self.env._(
                "%(lots)s: nothing can leave any more.",
                lots=cases._list_names(placed.lot_id.mapped("name"), most=5),
            )
        ]
        if places := cases._name_places(cases._read_held_places(placed)):
            told.append(self.env._("On hand: %(places)s.", places=places))
        else:
            told.append(self.env._("There are no goods on hand now."))
        if count := placed._count_reservations():
            told.append(
                self.env._(
                    "Reservations that are being broken: %(count)s.", count=count
                )
            )
        return " ".join(told)

    def _get_before_message(self, lots):
        """A precautionary hold that was on lots before stays theirs, with its reason,
        its review date, and who placed it."""
        return self.env._(
            "%(lots)s: a precautionary hold is on them already, and stays as it is. "
            "Your reason and review date were not taken.",
            lots=self.env["recall.case"]._list_names(lots.mapped("name")),
        )
