from odoo import fields, models


class RecallQuarantine(models.TransientModel):
    """Asks how the goods of a case are to be brought into quarantine."""

    _name = "recall.quarantine"
    _description = "Move to Quarantine"

    case_id = fields.Many2one("recall.case", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self._get_default_user(),
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("stock.group_stock_user").id)
        ],
        help="Who brings the goods there. The coordinator of the case, if empty.",
    )
    date = fields.Datetime("Due On", default=fields.Datetime.now, required=True)
    packages = fields.Selection(
        [("whole", "Move whole packages as they are"), ("unpack", "Unpack all goods")],
        required=True,
        default="whole",
        help="Goods that share a package with others are taken out in either case.",
    )

    def _get_default_user(self):
        case_id = self.env.context.get("default_case_id")
        return self.env["recall.case"].browse(case_id).user_id

    def action_move(self):
        self.ensure_one()
        pickings = self.case_id._move_to_quarantine(
            self.user_id, self.date, unpack=self.packages == "unpack"
        )
        return self.case_id._prepare_quarantine_action(pickings)
