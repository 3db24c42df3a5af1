from markupsafe import Markup

from odoo import models
from odoo.fields import Command


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "recall.document"]

    _recall_paths = {
        "recall.exposure": "picking_id",
        "recall.source": "picking_id",
        "recall.pending": "picking_id",
    }
    _recall_audit_view = "stock_recall.stock_picking_view_form_audit"

    def _prepare_recall_scope_vals(self):
        receipts = self.filtered(
            lambda picking: picking.state == "done"
            and picking.location_id.usage == "supplier"
        )
        lots = (self - receipts).move_line_ids.lot_id
        scope_vals = lots._prepare_recall_scope_vals() if lots else []
        if receipts:
            vals = {"kind": "receipt", "picking_ids": [Command.set(receipts.ids)]}
            scope_vals.append(vals)
        return scope_vals

    def _get_nothing_to_recall_message(self):
        return self.env._(
            "A recall case starts from done receipts, or from the lots of other "
            "transfers. The selected transfers have neither."
        )

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------
    def _action_done(self):
        """In a batch, or out of a till's session, the other goods go through: held
        ones stay behind in a backorder, and somebody is asked to look for them."""
        if len(self) == 1 and not self._get_recall_till():
            return super()._action_done()
        refused = self._leave_held_behind()
        rest = self.filtered(
            lambda picking: picking not in refused
            or any(move.quantity and move.picked for move in picking.move_ids)
        )
        return super(StockPicking, rest)._action_done() if rest else True

    def _get_recall_till(self):
        """The till's session or order that made this transfer, where there is one."""
        names = {"pos_session_id", "pos_order_id"} & self._fields.keys()
        return next((self[name] for name in sorted(names) if self[name]), None)

    def _leave_held_behind(self):
        """Take held goods that would leave out of these transfers.

        :return: the transfers that lost some
        """
        lines = self.move_line_ids._filter_leaving()
        holds = lines._get_holds()
        held = lines.filtered(lambda line: line in holds)
        refused = held.picking_id
        for picking, its in held.grouped("picking_id").items():
            picking._ask_for_held_goods(its, holds)
        held.unlink()
        return refused

    def _ask_for_held_goods(self, lines, holds):
        hold = holds[lines[0]]
        user = self.env["recall.hold"]._get_responsible(self, lines.move_id[0], hold)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Held goods stayed behind"),
            note=Markup("<br/>").join(
                line._get_refusal(holds[line]) for line in lines[:50]
            ),
            user_id=user.id,
        )
