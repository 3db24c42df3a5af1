from odoo import fields, models

from .recall_snapshot import EVIDENCE


class RecallSource(models.Model):
    """Who sent what: one received move line of an affected lot."""

    _name = "recall.source"
    _description = "Source of an Affected Lot"
    _inherit = ["recall.snapshot.line", "recall.quantity"]
    _order = "case_id, date, id"
    _rec_name = "partner_id"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, move_line_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Vendor",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    vendor_lot = fields.Char(related="lot_id.ref")
    picking_id = fields.Many2one(
        "stock.picking",
        "Receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_line_id = fields.Many2one(
        "stock.move.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    origin = fields.Char("Source Document", readonly=True)
    date = fields.Datetime("Received On", readonly=True)
    quantity = fields.Float("Received", digits="Product Unit", readonly=True)
    evidence = fields.Selection(EVIDENCE, required=True, readonly=True)

    _key = models.UniqueIndex("(case_id, move_line_id)")
