from odoo import fields, models

from .recall_snapshot import EVIDENCE


class RecallLink(models.Model):
    """One frozen genealogy edge: the source was used to make the target."""

    _name = "recall.link"
    _description = "Genealogy Link"
    _inherit = ["recall.snapshot"]
    _order = "case_id, date, id"
    _rec_name = "reference"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, source_line_id, target_line_id"

    source_id = fields.Many2one(
        "recall.affected", required=True, readonly=True, index=True, ondelete="cascade"
    )
    target_id = fields.Many2one(
        "recall.affected", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("production", "Production"),
            ("unbuild", "Unbuild"),
            ("repair", "Repair"),
            ("relabel", "Relabelling"),
            ("company", "Inter-company Transfer"),
        ],
        required=True,
        readonly=True,
    )
    evidence = fields.Selection(EVIDENCE, required=True, readonly=True)
    source_line_id = fields.Many2one(
        "stock.move.line",
        "Consumed By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    target_line_id = fields.Many2one(
        "stock.move.line",
        "Produced By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    reference = fields.Char("Document", readonly=True)
    date = fields.Datetime(readonly=True)

    _key = models.UniqueIndex("(case_id, source_line_id, target_line_id)")
