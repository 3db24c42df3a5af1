from odoo import fields, models

from .recall_document import RECALL_GROUPS


class StockPicking(models.Model):
    """A transfer that brings goods of a case into quarantine."""

    _inherit = "stock.picking"

    recall_case_id = fields.Many2one(
        "recall.case",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=RECALL_GROUPS,
    )
    recall_case_name = fields.Char(
        related="recall_case_id.display_name",
        string="Recall Case Name",
        help="Whoever brings the goods to quarantine has to know why.",
    )

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.location_dest_id._is_recall_quarantine():
            # sudo: what is left is of the same case, whoever brought the rest there
            backorder.sudo().recall_case_id = self.sudo().recall_case_id
        return backorder
