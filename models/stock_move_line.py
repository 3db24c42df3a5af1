from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

# A date that is written this soon after the one before belongs to the same doing.
JUST_DONE = timedelta(minutes=1)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    recall_former_lot_ids = fields.Many2many(
        "stock.lot",
        "recall_former_lot_rel",
        "line_id",
        "lot_id",
        "Former Lots",
        readonly=True,
        copy=False,
        help="Lots that this line carried when it was done, before it was edited.",
    )

    recall_quantity_change = fields.Float(
        "Changed Afterwards",
        digits=0,
        readonly=True,
        copy=False,
        help="What was added to this line, or taken off it, since it was done.",
    )
    recall_former_date = fields.Datetime(
        "Former Date",
        readonly=True,
        copy=False,
        help="When this line was done, as recorded before its date was edited.",
    )

    # What the trace keeps as evidence of edits, and the edits.
    _RECALL_EVIDENCE = frozenset(
        {"recall_former_lot_ids", "recall_quantity_change", "recall_former_date"}
    )
    _RECALL_EDITS = frozenset(
        {"lot_id", "quant_id", "quantity", "product_uom_id", "date"}
    )

    # Odoo has no index on the lot: tracing one lot would read every move line.
    _recall_lot_index = models.Index("(lot_id) WHERE lot_id IS NOT NULL")
    _recall_change_index = models.Index(
        "(product_id) WHERE recall_quantity_change <> 0"
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_former_lots(vals)
        lines = super().create(vals_list)
        for line in lines:
            if line.state == "done":
                line._keep_former(line.lot_id, 0, line.date)
        return lines

    def write(self, vals):
        self._check_former_lots(vals)
        if not self._RECALL_EDITS & vals.keys():
            return super().write(vals)
        former = {
            line: (line.lot_id, line.quantity_product_uom, line.date)
            for line in self
            if line.state == "done"
        }
        result = super().write(vals)
        for line, values in former.items():
            line._keep_former(*values)
        return result

    def _keep_former(self, lot, quantity, date):
        """Keep what a done line said before an edit: Odoo keeps no more of it than a
        chat message.

        A date that is set while the line is done is no edit: Odoo does so for counts
        with a date and for what a subcontractor made.
        """
        vals = {}
        if lot and lot != self.lot_id:
            vals["recall_former_lot_ids"] = [Command.link(lot.id)]
        if change := self.quantity_product_uom - quantity:
            vals["recall_quantity_change"] = self.recall_quantity_change + change
        is_edited = self.date != date and fields.Datetime.now() - date > JUST_DONE
        if is_edited and not self.recall_former_date:
            vals["recall_former_date"] = date
        if vals:
            # sudo: whoever may edit the line makes this entry, and nobody others.
            self.sudo().write(vals)

    def _check_former_lots(self, vals):
        """:raise AccessError: when a person writes what the trace keeps as evidence"""
        if self._RECALL_EVIDENCE & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._(
                    "What a stock move said before it was edited is kept by itself "
                    "only."
                )
            )
