from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .recall_hold import TRUSTED


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "recall.document"]

    _recall_paths = {
        "recall.exposure": "picking_id",
        "recall.source": "picking_id",
        "recall.pending": "picking_id",
    }
    _recall_audit_view = "stock_recall.stock_picking_view_form_audit"

    recall_interruption_note = fields.Char(
        compute="_compute_recall_interruption_note",
        compute_sudo=True,
        help="What a hold took back from this transfer: whoever picks it has to know "
        "why it lacks goods.",
    )
    recall_interruption_cause = fields.Char(
        compute="_compute_recall_interruption_note",
        compute_sudo=True,
        help="Which cases hold the goods that were taken back, and why.",
    )

    recall_held_note = fields.Char(
        compute="_compute_recall_held_note",
        compute_sudo=True,
        help="Which goods that this transfer brings in are on hold, and why: whoever "
        "puts them away has to keep them apart.",
    )

    def _compute_recall_held_note(self):
        lines = self.move_line_ids.filtered(lambda line: line._brings_in())
        end = "location_dest_id"
        # with numbers that are only typed yet; of the holds on a lot, this names one
        held = lines._match_holds(lines._read_holds(), ends=(end,))
        on_lines = self.env["recall.hold"]._read_on(lines.browse().concat(*held), end)
        for picking in self:
            its = picking.move_line_ids.filtered(lambda line: line in held)
            goods = dict.fromkeys(
                line.lot_id.name or line.lot_name or line.product_id.display_name
                for line in its
            )
            names = self.env["recall.case"]._list_names(list(goods), most=5)
            holds = [held[line] | on_lines[line] for line in its]
            causes = self.env["recall.hold"].union(*holds)._get_causes()
            picking.recall_held_note = f"{names} ({causes})" if its else False

    def _compute_recall_interruption_note(self):
        rows = self.env["recall.interruption"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("hold_id.state", "=", "active"),
            ]
        )
        by_picking = rows.grouped("res_id")
        for picking in self:
            lost = by_picking.get(picking.id, rows.browse())
            if picking.state in ("done", "cancel"):
                lost = lost.browse()
            picking.recall_interruption_note = lost._get_first()._list_losses()
            holds = lost.hold_id.sorted("id")
            picking.recall_interruption_cause = holds._get_causes()

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
        """In a batch, or at a till, the other goods go through: held ones stay behind
        in a backorder, and somebody is asked to look for them."""
        if not self._is_one_of_many():
            moves = self._filter_subcontracted()._get_component_moves()
            notes = self.env["recall.interruption"]._get_unreplaced_notes(moves)
            try:
                return super()._action_done()
            except UserError as error:
                if not notes:
                    raise
                # Odoo asks for a number, and cannot know what a hold took back
                raise UserError("\n\n".join([str(error), *notes.values()])) from error
        pickings = self - self._leave_made_of_held()
        refused = pickings._leave_held_behind()
        # What stays behind is still wanted, also where the rest of a demand is not.
        late = refused.filtered(
            lambda picking: any(m.quantity and m.picked for m in picking.move_ids)
        ).with_context(cancel_backorder=False)
        for done in (pickings - refused, late):
            if done:
                super(StockPicking, done)._action_done()
        return True

    def _is_one_of_many(self):
        """Whether these transfers are validated in a batch, with others, or at a till.

        What is validated together may come here one by one: Odoo parts those with a
        backorder from those without, and a batch may have a single transfer.
        """
        context = self.env.context
        return (
            len(self) > 1
            or context.get("recall_till") is TRUSTED
            or len(context.get("button_validate_picking_ids") or ()) > 1
            or bool(context.get("batches_to_validate") and self._has_beside_held())
        )

    def _has_beside_held(self):
        """Whether other goods can go through where held ones stay behind."""
        lines = self.move_line_ids._filter_leaving()
        return self.env["recall.hold"]._may_be_on(lines) and len(lines) > len(
            lines._get_holds(moved=False)
        )

    def _leave_held_behind(self):
        """Take held goods that would leave out of these transfers.

        :return: the transfers that lost some
        """
        lines = self.move_line_ids
        # A till swallows the refusal that follows where the cache is behind.
        is_till = self.env.context.get("recall_till") is TRUSTED
        if not is_till and not self.env["recall.hold"]._may_be_on(lines):
            return self.browse()
        holds = lines._filter_leaving()._get_holds(moved=False)
        held = lines.filtered(lambda line: line in holds)
        refused = held.picking_id
        for picking, its in held.grouped("picking_id").items():
            picking._ask_for_held_goods(
                its.move_id[:1],
                holds[its[0]],
                [line._get_refusal(holds[line]) for line in its],
            )
        held._take_out()
        if held and not is_till:
            self._tell_of_held_goods(refused)
        return refused

    def _leave_made_of_held(self):
        """Leave receipts behind of what a subcontractor is said to make of held goods.

        :return: these receipts, as they were
        """
        made = self.browse()
        for picking in self._filter_subcontracted():
            if notes := picking._get_component_notes():
                hold = next(iter(notes))
                picking._ask_for_held_goods(
                    picking.move_ids[:1], hold, list(notes.values())
                )
                made |= picking
        if made:
            self._tell_of_held_goods(made)
        return made

    def _filter_subcontracted(self):
        if "is_subcontract" not in self.env["stock.move"]._fields:
            return self.browse()
        return self.filtered("move_ids.is_subcontract")

    def _get_component_notes(self):
        """{hold: what of it is used for this receipt, or was and is not replaced yet}:
        Odoo uses components up when it receives what was made of them."""
        moves = self._get_component_moves()
        held = moves.move_line_ids._filter_leaving()._get_holds(moved=False)
        notes = {hold: line._get_refusal(hold) for line, hold in held.items()}
        lost = self.env["recall.interruption"]._get_unreplaced_notes(moves)
        for hold, note in lost.items():
            notes.setdefault(hold, note)
        return notes

    def _get_component_moves(self):
        """The open moves by which a subcontractor uses up goods for these receipts."""
        if not self:  # where nobody is a subcontractor, Odoo cannot be asked either
            return self.env["stock.move"]
        # sudo: of the subcontractor's order, whoever receives the goods
        orders = self.sudo()._get_subcontract_production()
        return orders.move_raw_ids._filter_open()

    def _tell_of_held_goods(self, refused):
        """Tell who validates several transfers at once, on their screen, that some of
        them stay or lack goods: the batch itself says nothing.

        :param refused: `stock.picking`
        """
        names = self.env["recall.case"]._list_names(refused.mapped("name"))
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Held goods stayed behind"),
                "message": self.env._(
                    "%(transfers)s: goods on hold were left out. Each of them has an "
                    "activity that says which, why, and what to do.",
                    transfers=names,
                ),
            },
        )

    def _ask_for_held_lots(self, named):
        """Ask somebody to look for goods that were sold and cannot be sent.

        :param named: {(`product.product`, number of a lot)}
        """
        products = self.env["product.product"].union(*(pair[0] for pair in named))
        holds = self.env["recall.hold"]._read_active(self.env["stock.lot"], products)
        for picking in self.filtered(lambda p: p.state not in ("done", "cancel")):
            asked = holds.filtered(
                lambda hold, picking=picking: (
                    (hold.product_id, hold.lot_id.name) in named
                    and hold.product_id in picking.move_ids.product_id
                )
            )
            if asked:
                move = picking.move_ids.filtered(
                    lambda move, hold=asked[0]: move.product_id == hold.product_id
                )
                notes = [hold._get_sold_note() for hold in asked]
                picking._ask_for_held_goods(move[:1], asked[0], notes)

    def _ask_for_held_goods(self, move, hold, notes):
        # sudo: who sells or ships may see neither the order's salesman nor the case
        picking = self.sudo()
        user = self.env["recall.hold"]._get_responsible(picking, move.sudo(), hold)
        picking.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Held goods stayed behind"),
            note=Markup("<br/>").join(notes[:50]),
            user_id=user.id,
        )
