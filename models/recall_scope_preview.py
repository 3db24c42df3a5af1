from odoo import api, models


class RecallScope(models.Model):
    """A scope line can be tried alone before it counts."""

    _inherit = "recall.scope"

    @api.readonly
    def action_preview(self):
        """Open what the line finds; nothing is counted or stored."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview: %(scope)s", scope=self.display_name),
            "res_model": "recall.scope.preview",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_scope_id": self.id},
        }
