from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Guards and engine hand it on in the context to say that they have judged the goods
# themselves. It is an object, which no caller from outside can send.
TRUSTED = object()


class RecallHold(models.Model):
    """An administrative block on a lot, or on goods without a lot in one place.

    What is held is told by the active rows of this table alone: no flag on lots or
    quants could get lost, or keep a hold waiting for whoever writes the lot. Rows are
    written by `_place` and `_release` only, and stay as the trail.
    """

    _name = "recall.hold"
    _description = "Recall Hold"
    _order = "placed_at desc, id desc"
    _rec_name = "lot_id"
    _log_access = False  # who placed and released it, and when, is in its own fields

    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for goods without a lot: then all of the product in the place is "
        "held, as nothing tells its units apart.",
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        readonly=True,
        ondelete="restrict",
        help="For goods without a lot: the place, with all that is below it.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    case_id = fields.Many2one(
        "recall.case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for a precautionary hold.",
    )
    reason = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("active", "On Hold"), ("released", "Released")],
        required=True,
        readonly=True,
        default="active",
    )
    placed_by = fields.Many2one("res.users", required=True, readonly=True)
    placed_at = fields.Datetime(required=True, readonly=True)
    expires_on = fields.Date(
        "Review On",
        readonly=True,
        help="From this day on a reminder asks whether the hold is still needed. It "
        "never ends by itself.",
    )
    released_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Char(readonly=True)

    _active_product = models.Index("(product_id) WHERE state = 'active'")
    _active_lot = models.Index("(lot_id) WHERE state = 'active'")
    _active_key = models.UniqueIndex(
        "(product_id, COALESCE(lot_id, 0), COALESCE(location_id, 0), "
        "COALESCE(case_id, 0), company_id) WHERE state = 'active'"
    )
    _lot_or_place = models.Constraint(
        "CHECK((lot_id IS NULL) = (location_id IS NOT NULL))",
        "A hold is on a lot, or on goods without a lot in a place.",
    )

    @api.depends("lot_id", "product_id", "location_id")
    def _compute_display_name(self):
        for hold in self:
            product = hold.product_id.display_name
            if hold.lot_id:
                hold.display_name = f"{hold.lot_id.name} · {product}"
            else:
                hold.display_name = self.env._(
                    "%(product)s without a lot in %(place)s",
                    product=product,
                    place=hold._get_place_name(),
                )

    def _get_place_name(self):
        """The place of goods without a lot: a warehouse by its name, as its place has
        only the short one."""
        self.ensure_one()
        warehouse = self.location_id.warehouse_id
        if self.location_id == warehouse.view_location_id:
            return warehouse.display_name
        return self.location_id.display_name

    # Holds are placed and released; nobody writes them, whatever the path: the
    # superuser's code could set a flag free as well as anybody's.

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise self._closed_error()

    def write(self, vals):
        if self.env.context.get("recall_releasing") is not TRUSTED:
            raise self._closed_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._closed_error()

    def _closed_error(self):
        return AccessError(
            self.env._(
                "Holds are placed and released by their buttons only, and stay on "
                "record. To end one, release it."
            )
        )

    # ------------------------------------------------------------------
    # Placing
    # ------------------------------------------------------------------
    @api.model
    def _may_place(self):
        return self.env.user.has_group("stock_recall.group_recall_user")

    @api.model
    def _place(self, lots, reason, case=None, places=(), expires_on=None):
        """Hold lots, and goods without a lot in places, from this commit on.

        What is held already for the same case, or as a precaution of the same company,
        stays as it is. Reservations are broken afterwards, see `_settle`.

        :param lots: `stock.lot`
        :param reason: why, in words for those who find the goods blocked
        :param case: `recall.case`, or nothing for a precautionary hold
        :param places: (`product.product`, `stock.location`) of goods without a lot
        :param expires_on: date from which on to remind that the hold is still there
        :return: the holds placed now
        """
        if not lots and not places:
            return self.browse()
        self.env["recall.hold.gate"]._close(self._get_products(lots, places))
        case = case or self.env["recall.case"]
        holds = self._insert(lots, places, reason, case, expires_on)
        holds._trigger_settle()
        return holds

    @api.model
    def _get_products(self, lots, places):
        """Products of lots, which may be thousands, and of (product, place)."""
        ((products,),) = self.env["stock.lot"]._read_group(
            Domain("id", "in", lots.ids), aggregates=["product_id:recordset"]
        )
        return products.union(*(product for product, _place in places))

    def _insert(self, lots, places, reason, case, expires_on):
        """SQL: ten thousand lots are held within the second in which they may ship.

        A hold is of its case's company, else of that of the goods, so that those whose
        they are see and release it, whatever company is shown to who places it.
        """
        self.env["stock.lot"].flush_model(["product_id", "company_id"])
        self.env["stock.location"].flush_model(["company_id"])
        inserted = self.env.execute_query(
            SQL(
                """
                WITH goods AS (
                    SELECT product_id, id AS lot_id, NULL::int AS location_id,
                           company_id
                      FROM stock_lot
                     WHERE id = ANY(%(lots)s)
                     UNION ALL
                    SELECT loose.product_id, NULL, place.id, place.company_id
                      FROM unnest(%(products)s::int[], %(places)s::int[])
                           AS loose(product_id, location_id)
                      JOIN stock_location place ON place.id = loose.location_id
                )
                INSERT INTO recall_hold (
                    product_id, lot_id, location_id, company_id, case_id, reason,
                    state, placed_by, placed_at, expires_on
                )
                SELECT product_id, lot_id, location_id,
                       COALESCE(%(case_company)s, company_id, %(company)s), %(case)s,
                       %(reason)s, 'active', %(user)s, %(now)s, %(expires)s
                  FROM goods
                ON CONFLICT (
                    product_id, COALESCE(lot_id, 0), COALESCE(location_id, 0),
                    COALESCE(case_id, 0), company_id
                ) WHERE state = 'active' DO NOTHING
                RETURNING id
                """,
                lots=lots.ids,
                products=[product.id for product, _place in places],
                places=[place.id for _product, place in places],
                case_company=case.company_id.id or None,
                company=self.env.company.id,
                case=case.id or None,
                reason=reason,
                user=self.env.uid,
                now=fields.Datetime.now(),
                expires=expires_on or None,
            )
        )
        self.invalidate_model()
        self._invalidate_held()
        return self.browse(hold_id for (hold_id,) in inserted)

    # ------------------------------------------------------------------
    # Releasing
    # ------------------------------------------------------------------
    def action_release(self):
        """Open the wizard that asks for the reason."""
        self._get_releasable()._check_release_allowed()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release"),
            "res_model": "recall.release",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_hold_ids": self.ids},
        }

    def _release(self, reason):
        """End active holds; a lot stays held as long as one of its holds is active.

        :param reason: why the goods may move again
        :raise AccessError: when the user is not a recall manager
        :raise UserError: without a reason, or when the user placed one of the holds
        """
        self._check_release_allowed()
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason for the release."))
        self.env["recall.hold.gate"]._close(self.product_id)
        # sudo: the check above lets managers of the holds' companies pass only, and
        # nobody has the right to write.
        self.sudo().with_context(recall_releasing=TRUSTED).write(
            {
                "state": "released",
                "released_by": self.env.uid,
                "released_at": fields.Datetime.now(),
                "release_reason": reason.strip(),
            }
        )
        self.flush_model()  # what is held is read by SQL
        self._invalidate_held()
        self.env["recall.interruption"]._ask_about_picked_anew(self)
        for case, holds in self.grouped("case_id").items():
            if case:
                case._log_release(holds, reason)
            else:
                holds._log_release()

    def _filter_active(self):
        return self.filtered(lambda hold: hold.state == "active")

    def _get_releasable(self):
        """The active holds of these that somebody else has placed: two managers who
        placed some each release those of the other. Without any, all, which are
        refused then."""
        active = self._filter_active()
        others = active.filtered(lambda hold: hold.placed_by != self.env.user)
        return others or active or self

    def _check_release_allowed(self):
        if not self.env.user.has_group("stock_recall.group_recall_manager"):
            raise AccessError(self.env._("Only a recall manager may release a hold."))
        self.check_access("read")
        for hold in self:
            if hold.state != "active":
                raise UserError(
                    self.env._(
                        "%(hold)s: this hold is released already.",
                        hold=hold.display_name,
                    )
                )
            if hold.placed_by == self.env.user:
                raise UserError(
                    self.env._(
                        "%(hold)s: you placed this hold yourself. Another recall "
                        "manager has to release it.",
                        hold=hold.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # What people are told
    # ------------------------------------------------------------------
    def _get_origin(self):
        """What people know the hold by: its case, or that it is a precaution."""
        self.ensure_one()
        return self.case_id.name or self.env._("Precaution")

    def _get_statement(self):
        """That the goods are on hold, and why: what messages to whoever finds them
        blocked begin with."""
        self.ensure_one()
        if self.case_id:
            return self.env._(
                "%(goods)s is on hold for %(case)s (%(reason)s).",
                goods=self.display_name,
                case=self.case_id.name,
                reason=self.reason,
            )
        return self.env._(
            "%(goods)s is on hold as a precaution (%(reason)s).",
            goods=self.display_name,
            reason=self.reason,
        )

    def _get_sold_note(self):
        """What to do about goods on hold that a till has sold, to be sent later."""
        self.ensure_one()
        return self.env._(
            "%(on_hold)s It was sold at the till and cannot be sent. Send another lot "
            "or tell the customer; only a recall manager can release it.",
            on_hold=self._get_statement(),
        )

    def _invalidate_held(self):
        """Forget what was computed from the holds."""
        self.env["stock.lot"].invalidate_model(
            ["recall_hold", "recall_hold_ids", "recall_hold_reason"]
        )
        self.env["stock.quant"].invalidate_model(["recall_hold", "available_quantity"])
        self.env["product.product"].invalidate_model(["free_qty", "virtual_available"])
        self.env["recall.affected"].invalidate_model(["hold_state"])
        self.env["recall.case"].invalidate_model(
            [
                "hold_count",
                "not_held_count",
                "released_count",
                "unsettled_count",
                "can_quarantine",
            ]
        )
