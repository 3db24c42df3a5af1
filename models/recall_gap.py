from odoo import fields, models


class RecallGap(models.Model):
    """A place where the records cannot say, and what to do about it."""

    _name = "recall.gap"
    _description = "Gap in the Trail"
    _inherit = ["recall.snapshot"]
    _order = "case_id, kind, date, id"
    _rec_name = "reference"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, kind, trace_key"

    kind = fields.Selection(
        [
            ("untracked", "Untracked goods"),
            ("relabelled", "Relabelled"),
            ("adjusted", "Inventory adjustment"),
            ("no_lot_recorded", "No lot recorded"),
            ("no_consignee", "Consignee unknown"),
            ("no_vendor", "Vendor unknown"),
            ("no_date", "Date unknown"),
            ("other_company", "Another company"),
            ("lot_edited", "Lot edited afterwards"),
            ("date_edited", "Date edited afterwards"),
            ("contradiction", "Records contradict"),
        ],
        required=True,
        readonly=True,
    )
    affected_id = fields.Many2one(
        "recall.affected", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    product_id = fields.Many2one(related="affected_id.product_id")
    lot_id = fields.Many2one(related="affected_id.lot_id")
    candidate_lot_id = fields.Many2one(
        "stock.lot",
        readonly=True,
        ondelete="set null",
        help="The lot that the goods may have become, or may have come from, or that "
        "may be suspect itself.",
    )
    reference = fields.Char(readonly=True)
    date = fields.Datetime(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    note = fields.Text("What to Do", readonly=True)
    trace_key = fields.Char(
        required=True,
        readonly=True,
        help="What the gap hangs on, so that a re-trace finds the same row again.",
    )

    _key = models.UniqueIndex("(case_id, kind, trace_key)")
