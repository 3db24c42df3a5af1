from odoo import fields, models


class RecallSnapshotLine(models.AbstractModel):
    """A frozen row that belongs to one affected lot."""

    _name = "recall.snapshot.line"
    _description = "Frozen Row of an Affected Lot"
    _inherit = ["recall.snapshot"]

    affected_id = fields.Many2one(
        "recall.affected", required=True, readonly=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="affected_id.product_id")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one(related="affected_id.lot_id")
