from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .recall_hold import TRUSTED

# A date that is written this soon after the one before belongs to the same doing.
JUST_DONE = timedelta(minutes=1)
# What a line keeps by itself: evidence of edits for the trace, and what Odoo computes
# but takes from a caller that sends it.
KEPT_FIELDS = frozenset(
    {
        "recall_former_lot_ids",
        "recall_quantity_change",
        "recall_former_date",
        "state",
        "quantity_product_uom",
    }
)


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "recall.deletion"]

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

    _RECALL_EDITS = frozenset(
        {"lot_id", "quant_id", "quantity", "product_uom_id", "date"}
    )

    # Odoo has no index on the lot: tracing one lot would read every move line, and
    # finding what a product lost without a lot every line of the product.
    _recall_lot_index = models.Index("(lot_id) WHERE lot_id IS NOT NULL")
    _recall_without_lot_index = models.Index("(product_id) WHERE lot_id IS NULL")
    _recall_change_index = models.Index(
        "(product_id) WHERE recall_quantity_change <> 0"
    )

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        # a context's or a user's own defaults are values that a caller sends, too
        return {name: defaults[name] for name in defaults if name not in KEPT_FIELDS}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kept(vals)
        records = self
        if not all(vals.get("move_id") for vals in vals_list):
            # Odoo finds or makes the move: a done one in a done transfer
            records = self.with_context(recall_finding_move=TRUSTED)
        lines = super(StockMoveLine, records).create(vals_list).with_env(self.env)
        for line in lines._filter_done():
            line._keep_former(line.lot_id, 0, line.date)
        return lines

    def write(self, vals):
        self._check_kept(vals)
        former = {
            line: (line.lot_id, line.quantity_product_uom, line.date)
            for line in self._filter_edited(self._RECALL_EDITS & vals.keys())
        }
        # Odoo's own code moves lines between open moves only.
        is_moving = "move_id" in vals and not self.env.su
        moves = {line: line.move_id for line in self} if is_moving else {}
        result = super().write(vals)
        self._check_stays_with_move(moves)
        for line, values in former.items():
            line._keep_former(*values)
        return result

    def _filter_edited(self, names):
        """The done lines of which evidence is kept when these fields are written."""
        if self.env.context.get("recall_changing_unit") is TRUSTED:
            names = names - {"product_uom_id"}  # the product's own unit has changed
        lines = self if names else self.browse()
        if names == {"date"}:  # as Odoo writes it to each line that it moves
            just = fields.Datetime.now() - JUST_DONE
            lines = self.filtered(lambda line: line.date < just)
        return lines._filter_done()

    def _filter_done(self):
        # Odoo goes by either, and code may write them apart.
        return self and self.filtered(
            lambda line: line.state == "done" or line.move_id.state == "done"
        )

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

    def _check_kept(self, vals):
        """:raise AccessError: when a person writes what the line keeps by itself"""
        if not self.env.su and not vals.keys().isdisjoint(KEPT_FIELDS):
            raise AccessError(
                self.env._(
                    "State, quantity in the product's own unit, and what it said "
                    "before it was edited are kept by a stock move line itself only."
                )
            )

    def _check_stays_with_move(self, moves):
        """A line that left its done move could be deleted, or say something else, and
        one that is put under a done move says that goods moved which never did.

        :param moves: {line: its move before it was written}
        :raise UserError: when a line changed from or to a done move
        """
        is_new = self.env.context.get("recall_finding_move") is TRUSTED
        for line, before in moves.items():
            if line.move_id == before or (is_new and not before):
                continue
            # sudo: it counts also where the user may not read the move
            changed = (before | line.move_id).sudo()
            if done := changed.filtered(lambda move: move.state == "done")[:1]:
                raise UserError(
                    self.env._(
                        "%(move)s (%(goods)s) is done and keeps its lines: they are "
                        "the record of what moved. Correct the quantity of a line, or "
                        "return the goods instead.",
                        move=done.reference or done.display_name,
                        goods=done.product_id.display_name,
                    )
                )
