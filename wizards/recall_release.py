from odoo import fields, models


class RecallRelease(models.TransientModel):
    """Asks why held goods may move again."""

    _name = "recall.release"
    _description = "Release Holds"

    hold_ids = fields.Many2many("recall.hold", string="Holds", required=True)
    reason = fields.Char(required=True)

    def action_release(self):
        self.ensure_one()
        self.hold_ids._release(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
