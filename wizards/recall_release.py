from odoo import api, fields, models


class RecallRelease(models.TransientModel):
    """Asks why held goods may move again."""

    _name = "recall.release"
    _description = "Release Holds"

    case_id = fields.Many2one(
        "recall.case",
        readonly=True,
        help="All active holds of this case that somebody else has placed.",
    )
    hold_ids = fields.Many2many("recall.hold", string="Selected Holds", readonly=True)
    hold_count = fields.Integer("Holds to Release", compute="_compute_hold_count")
    own_holds = fields.Char(compute="_compute_hold_count")
    reason = fields.Char(required=True)

    @api.depends("case_id", "hold_ids")
    def _compute_hold_count(self):
        for wizard in self:
            holds = wizard._get_holds()
            own = (wizard._get_selected() - holds)._filter_active()
            wizard.hold_count = len(holds)
            wizard.own_holds = self.env["recall.case"]._list_names(
                own.mapped("display_name")
            )

    def action_release(self):
        self.ensure_one()
        holds = self._get_holds()
        holds._release(self.reason)
        return self._prepare_released_action(holds)

    def _prepare_released_action(self, holds):
        """Reload, and show what of the goods still stands in quarantine: the chatter
        of a case tells, but a precaution has no case."""
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        cases = self.env["recall.case"]
        places = cases._read_released_in_quarantine(holds)
        if not places:
            return reload
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Still in quarantine"),
                "message": self.env._(
                    "%(places)s. No delivery takes them from there. Move them back to "
                    "stock.",
                    places=cases._name_places(places),
                ),
                "type": "warning",
                "sticky": True,
                "next": reload,
            },
        }

    def _get_holds(self):
        return self._get_selected()._get_releasable()

    def _get_selected(self):
        # The case stands for its holds: ten thousand are no list to hand around.
        return self.hold_ids or self.case_id.hold_ids
