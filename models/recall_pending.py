from odoo import api, fields, models


class RecallPending(models.Model):
    """Affected goods on their way, or about to be, with the document to stop."""

    _name = "recall.pending"
    _description = "Affected Goods on Their Way"
    _inherit = ["recall.snapshot.line", "recall.quantity"]
    _order = "case_id, scheduled_date, id"
    _rec_name = "document"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, trace_key"

    stage = fields.Selection(
        [
            ("planned", "Would be taken"),
            ("reserved", "Reserved"),
            ("picked", "Picked"),
            ("packed", "Packed"),
            ("in_transit", "In transit"),
        ],
        required=True,
        readonly=True,
        help="Would be taken: an open order needs this product from a place where "
        "affected goods lie, and has not reserved them yet.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    document = fields.Char(
        "Document to Stop", readonly=True, help="Transfer, production or repair order."
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "For", readonly=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location", "Now In", readonly=True, ondelete="restrict"
    )
    location_dest_id = fields.Many2one(
        "stock.location", "Going To", readonly=True, ondelete="restrict"
    )
    package_id = fields.Many2one("stock.package", readonly=True, ondelete="set null")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    scheduled_date = fields.Datetime(readonly=True)

    trace_key = fields.Char(
        required=True,
        readonly=True,
        help="What the row hangs on, so that a re-trace finds the same row again.",
    )

    _key = models.UniqueIndex("(case_id, trace_key)")

    @api.readonly
    def action_open_document(self):
        """Open the document that has to be stopped."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
