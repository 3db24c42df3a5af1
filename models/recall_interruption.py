from operator import ge, gt, le, lt

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

# How quantities are searched for.
COMPARE = {
    "in": lambda quantity, wanted: quantity in wanted,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}


class RecallInterruption(models.Model):
    """A document that lost goods to a hold."""

    _name = "recall.interruption"
    _description = "Document That Lost Held Goods"
    _inherit = ["recall.quantity", "recall.reference"]
    _order = "date desc, id desc"
    _rec_name = "document"
    _log_access = False  # the hold's own cron writes them, and `date` says when

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    case_id = fields.Many2one(
        "recall.case", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    hold_id = fields.Many2one(
        "recall.hold", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="hold_id.product_id")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one(related="hold_id.lot_id")
    move_id = fields.Many2one(
        "stock.move", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_id = fields.Many2one(
        related="move_id.sale_line_id.order_id", string="Sales Order"
    )
    partner_id = fields.Many2one(
        "res.partner", "For", readonly=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location", "Taken From", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        readonly=True,
        help="Who was told: of the document, of its order, or of the recall.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Picked Anew By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Where the goods had been picked for a later step: the transfer that "
        "brings it other ones.",
    )
    quantity = fields.Float("Lost", digits="Product Unit", readonly=True)
    quantity_short = fields.Float(
        "Still Short",
        digits="Product Unit",
        compute="_compute_quantity_short",
        search="_search_quantity_short",
        help="What of the lost goods is not replaced by other lots yet, be they "
        "reserved for the document or for a transfer that brings them to it.",
    )
    summary = fields.Char(compute="_compute_summary")
    date = fields.Datetime("Since", readonly=True)
    is_told = fields.Boolean(readonly=True, index=True)
    same_as_id = fields.Many2one(
        "recall.interruption",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The same loss, as the hold that broke the reservation noted it: this row "
        "tells it to another case that holds the goods.",
    )
    same_ids = fields.One2many("recall.interruption", "same_as_id")

    # Asked for whenever a document is opened.
    _document_index = models.Index("(res_id, res_model)")

    @api.depends("quantity", "lot_id", "product_id")
    def _compute_summary(self):
        for row in self:
            row.summary = self.env._(
                "%(quantity)s %(unit)s of %(goods)s",
                quantity=self.env["recall.case"]._format_quantity(row.quantity),
                unit=row.product_uom_id.name,
                goods=row.lot_id.name or row.product_id.display_name,
            )

    @api.depends(
        "quantity",
        "move_id.product_qty",
        "move_id.quantity",
        "move_id.state",
        "picking_id.move_ids.quantity",
        "picking_id.move_ids.state",
    )
    def _compute_quantity_short(self):
        # sudo: the document's figures, shown to who sees the row; a move may have lost
        # goods to a case that the reader does not see.
        rows = self.sudo().search(
            [("move_id", "in", self.sudo().move_id.ids), ("same_as_id", "=", False)]
        )
        shares = {}
        for move, its in rows.grouped("move_id").items():
            lacking = self._get_lacking(move)
            for row in its:  # the latest first: what was lost before was replaced
                shares[row.id] = min(row.quantity, lacking)
                lacking -= shares[row.id]
        for row in self:
            row.quantity_short = shares.get(row.sudo()._get_first().id, 0.0)

    @api.model
    def _search_quantity_short(self, operator, value):
        compare = COMPARE.get(operator)
        if not compare:
            return NotImplemented
        # sudo: as the figures; only what an open document lost can be short
        rows = self.sudo().search([("move_id.state", "not in", ["done", "cancel"])])
        found = rows.filtered(lambda row: compare(row.quantity_short, value))
        if compare(0.0, value):
            return Domain("id", "not in", (rows - found).ids)
        return Domain("id", "in", found.ids)

    def _get_told(self):
        """Which document lost what, and what there is instead."""
        return f"{self.document}: {self._get_loss()}"

    def _get_unreplaced_note(self):
        """Why what is made of the lost goods stays behind, and what to do about it."""
        self.ensure_one()
        return self.env._(
            "%(on_hold)s It was taken from %(told)s. Bring other goods for it first; "
            "only a recall manager can release these.",
            on_hold=self.hold_id._get_statement(),
            told=self._get_told(),
        )

    def _get_told_in(self, company):
        """As `_get_told`, without the name of a document of another company."""
        if self.company_id <= company:
            return self._get_told()
        return f"{self.company_id.name}: {self.summary}"

    def _get_link(self):
        """The document to click on, or its name once it is gone."""
        document = self._get_document().exists()
        return document._get_html_link(self.document) if document else self.document

    def _get_told_on(self):
        """The record on which all these losses are told: the first of their documents
        that takes activities and is still there, else the goods."""
        documents = (row._get_document().exists() for row in self)
        return next(
            (record for record in documents if record and "activity_ids" in record),
            self[0].lot_id or self[0].product_id,
        )

    def _group_by_order(self):
        """{order: what it lost} of those that are still there: whoever has printed one
        has to know. Transfers say it themselves, as long as they wait for it."""
        orders = self.filtered(lambda row: row.res_model != "stock.picking").grouped(
            lambda row: row._get_document()
        )
        return {
            order: rows
            for order, rows in orders.items()
            if order.exists() and "message_ids" in order
        }

    def _get_loss(self):
        return self._join_loss(self.summary, ", ".join(self._get_outcome()))

    @api.model
    def _join_loss(self, goods, outcome):
        return f"{goods} ({outcome})" if outcome else goods

    def _tell_sales_orders(self, tell):
        """Say on the sales orders of these documents what they lost: who promised the
        goods may never open a transfer. There may be thousands.

        :param tell: function that returns what is said of some of these
        """
        orders = self.grouped("sale_id")
        orders.pop(self.env["sale.order"], None)
        bodies = {order.id: tell(rows) for order, rows in orders.items()}
        self.env["sale.order"].browse(bodies)._message_log_batch(bodies)

    def _list_losses(self):
        """What these documents lost, in a text that a phone has room for: what is
        short comes first, and what became of it is said once."""
        rows = self.sorted(lambda row: (not row.quantity_short, row.id))
        told = rows[:5].grouped(lambda row: ", ".join(row._get_outcome()))
        losses = [
            its._join_loss(", ".join(its.mapped("summary")), outcome)
            for outcome, its in told.items()
        ]
        if len(rows) > 5:
            losses.append(self.env._("%(count)s more", count=len(rows) - 5))
        return "; ".join(losses)

    def _get_outcome(self):
        """What there is instead of the lost goods, and what is short, while the
        document waits for them."""
        if not self.move_id._filter_open():
            return []
        compare = self.product_uom_id.compare
        if compare(self.quantity_short, self.quantity) >= 0:
            return [self.env._("nothing else could be reserved")]
        outcome = [self.env._("others are reserved instead")]
        if self.picking_id:
            transfer = self.picking_id.name
            outcome = [
                self.env._("others are picked anew by %(transfer)s", transfer=transfer)
            ]
        if compare(self.quantity_short, 0) > 0:
            short = self.env["recall.case"]._format_quantity(self.quantity_short)
            outcome.append(
                self.env._(
                    "%(quantity)s %(unit)s still short",
                    quantity=short,
                    unit=self.product_uom_id.name,
                )
            )
        return outcome

    @api.model
    def _ask_about_picked_anew(self, holds):
        """Ask whether transfers that pick other goods are still wanted, as those they
        replace are free again: nothing tells which of both shall be sent.

        :param holds: `recall.hold` that were released
        """
        # sudo: of all documents, whoever may see them; the activity names the goods
        rows = self.sudo().search(
            Domain("product_id", "in", holds.product_id.ids)
            & Domain("same_as_id", "=", False)
            & Domain("picking_id.state", "not in", [False, "done", "cancel"])
        )
        free = rows._filter_free_again(holds.sudo())
        for picking, its in free.grouped("picking_id").items():
            picking.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Still to be picked?"),
                note=its._prepare_picked_anew_note(),
                user_id=its[0].user_id.id,
            )

    def _prepare_picked_anew_note(self):
        return Markup("<p>%s</p>") % self.env._(
            "This transfer was made to replace %(goods)s for %(document)s, which was "
            "on hold and is released now. Cancel the transfer unless its goods are "
            "wanted as well.",
            goods=", ".join(self.mapped("summary")),
            document=self[0].document,
        )

    def _filter_free_again(self, holds):
        """Those of these losses whose goods released `recall.hold` were on, and no
        other is."""
        loose = self.filtered(lambda row: not row.lot_id)
        active = holds._read_active(self.lot_id, loose.product_id)
        released, held = holds._match_lines(self), active._match_lines(self)
        return self.filtered(lambda row: row in released and row not in held)

    def _get_first(self):
        """These losses as they were noted first, each once."""
        return self.mapped(lambda row: row.same_as_id or row)

    @api.model
    def _get_still_held_domain(self, products):
        """Domain of the losses, each once, of products that are still held, be it by
        others."""
        held = Domain("product_id", "in", products.ids)
        held &= Domain("state", "=", "active")
        return Domain("hold_id", "any", held) & Domain("same_as_id", "=", False)

    @api.model
    def _get_unreplaced_notes(self, moves):
        """{hold: why what is made by open moves stays behind}, for the holds that are
        still there of what they lost and still lack."""
        lost = Domain("move_id", "in", moves.ids) & Domain("same_as_id", "=", False)
        lost &= Domain("hold_id.state", "=", "active")
        # sudo: of any case, whoever moves the goods
        rows = self.sudo().search(lost)
        lacking = rows.filtered(
            lambda row: row.product_uom_id.compare(row.quantity_short, 0) > 0
        )
        return {
            hold: its[0]._get_unreplaced_note()
            for hold, its in lacking.grouped("hold_id").items()
        }

    def _share_with_cases(self, holds):
        """Tell all cases that hold these goods of the loss, not only the one whose hold
        broke the reservation.

        :param holds: active `recall.hold`, of cases or not
        """
        if not self:  # as for most holds, which may be thousands
            return
        self.create(
            [
                vals
                for case, its in holds.grouped("case_id").items()
                if case
                for row, hold in its._match_lines(self).items()
                if case not in (row | row.same_ids).case_id
                for vals in row.copy_data(self._prepare_shared_vals(row, hold))
            ]
        )

    @api.model
    def _prepare_shared_vals(self, row, hold):
        return {
            "case_id": hold.case_id.id,
            "hold_id": hold.id,
            "same_as_id": row.id,
            "is_told": False,
        }

    @api.model
    def _get_lacking(self, move):
        """What an open move lacks and nothing brings, in the unit of its product."""
        if move.state in ("done", "cancel"):
            return 0.0
        taken = move.product_uom._compute_quantity(
            move.quantity, move.product_id.uom_id, round=False
        )
        return max(move.product_qty - taken - move._get_quantity_coming(), 0.0)
