from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class RecallCase(models.Model):
    """What a case holds: it names the goods, and `recall.hold` does it."""

    _inherit = "recall.case"

    hold_ids = fields.One2many("recall.hold", "case_id", "Holds")
    interruption_ids = fields.One2many(
        "recall.interruption", "case_id", "Interrupted Documents"
    )
    hold_count = fields.Integer("On Hold", compute="_compute_hold_count")
    not_held_count = fields.Integer(
        "Affected, Not on Hold",
        compute="_compute_not_held_count",
        help="What the case has never held: what was released is counted apart.",
    )
    released_count = fields.Integer("Released", compute="_compute_not_held_count")
    interruption_count = fields.Integer(
        "Interrupted", compute="_compute_interruption_count"
    )
    unsettled_count = fields.Integer(
        compute="_compute_unsettled_count",
        help="Reservations of held goods that are still to be broken.",
    )

    @api.depends("hold_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_hold_count(self):
        active = Domain("case_id", "in", self.ids) & Domain("state", "=", "active")
        counts = dict(
            self.env["recall.hold"]._read_group(active, ["case_id"], ["__count"])
        )
        for case in self:
            case.hold_count = counts.get(case, 0)

    @api.depends("hold_ids.state", "affected_ids.in_scope", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_not_held_count(self):
        not_held, released = (
            dict(
                self._read_rows(
                    "recall.affected",
                    ["case_id"],
                    ["__count"],
                    Domain("hold_state", "=", state),
                )
            )
            for state in ("not_held", "released")
        )
        for case in self:
            case.not_held_count = not_held.get(case, 0)
            case.released_count = released.get(case, 0)

    @api.depends("interruption_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_interruption_count(self):
        domain = Domain("case_id", "in", self.ids)
        counts = dict(
            self.env["recall.interruption"]._read_group(
                domain, ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.interruption_count = counts.get(case, 0)

    @api.depends("hold_ids.state")
    def _compute_unsettled_count(self):
        # sudo: a number of lines, also of other companies' documents
        lines = self.env["stock.move.line"].sudo()
        for case in self:
            case.unsettled_count = case.hold_count and lines.search_count(
                case.hold_ids._get_broken_domain(SQL("hold.case_id = %s", case.id))
            )

    @api.constrains("recall_type")
    def _check_mock_holds_nothing(self):
        # sudo: a hold counts in whichever company it was placed
        for case in self.sudo():
            if case.is_mock and (held := case._get_active_holds()):
                raise ValidationError(
                    self.env._(
                        "Recall case %(case)s has %(goods)s on hold. It cannot become "
                        "a mock recall, which touches no stock. Release its holds "
                        "first, or open another case for the mock recall.",
                        case=case.display_name,
                        goods=self._list_names(held.mapped("display_name"), most=5),
                    )
                )

    @api.constrains("company_id")
    def _check_company_of_holds(self):
        # sudo: they are of the company that the case was of until now
        for case in self.sudo():
            elsewhere = [("company_id", "!=", case.company_id.id)]
            if left := case._get_active_holds().filtered_domain(elsewhere):
                raise ValidationError(
                    self.env._(
                        "Recall case %(case)s has %(goods)s on hold in %(company)s. It "
                        "cannot go to another company, where nobody could release "
                        "them. Release its holds first, or open another case there.",
                        case=case.display_name,
                        goods=self._list_names(left.mapped("display_name"), most=5),
                        company=left.company_id[0].display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------
    def action_hold(self):
        """Hold everything affected and in scope, from this commit on.

        A case that was never traced is traced first. The button leaves what a manager
        has released as it is (`recall_hold_newly` in the context), and another one,
        which asks first, holds that again.

        :raise UserError: for a mock recall, which touches nothing
        """
        self._check_action_allowed("hold")
        self.check_access("write")
        self._check_touches_stock()
        for case in self:
            if not case.traced_at:
                case._trace()
            case._hold(newly=bool(self.env.context.get("recall_hold_newly")))
        return self._prepare_hold_notification()

    def _check_touches_stock(self):
        for case in self:
            if case.is_mock:
                raise UserError(
                    self.env._(
                        "Recall case %(case)s is a mock recall: it touches no stock. "
                        "See its lists for what would be held.",
                        case=case.display_name,
                    )
                )

    def _hold(self, newly=False):
        """Place the holds of this case and say in its chatter what they reach.

        :param newly: only on what it has not held yet, and nobody can have released
        """
        self.ensure_one()
        # sudo: what is affected in any company of the case; the caller may write it
        case, affected = self.sudo(), self.env["recall.affected"].sudo()
        domain = Domain("case_id", "=", case.id)
        domain &= self._get_counted_domain("recall.affected")
        ((products, lots),) = affected._read_group(
            domain, aggregates=["product_id:recordset", "lot_id:recordset"]
        )
        loose = affected.search(domain & Domain("lot_id", "=", False))
        places = loose._get_open_places()
        if newly:
            lots -= case.hold_ids.lot_id
            places = case._filter_never_held(places)
        holds = self.env["recall.hold"].sudo()._place(lots, case.title, case, places)
        if holds:
            case.message_post(body=case._get_hold_report(holds))
            lost = self.env["recall.interruption"].sudo()
            held = lost._get_still_held_domain(products)
            lost.search(held)._share_with_cases(holds)
            self._trigger_retrace()
        return holds

    def _filter_never_held(self, places):
        """Those of the places of goods without a lot that this case has not held yet,
        and nobody can have released.

        :param places: [(`product.product`, `stock.location`)]
        """
        held = self.hold_ids.filtered("location_id").grouped("product_id")
        return [
            (product, place)
            for product, place in places
            if not any(
                place._child_of(hold.location_id) for hold in held.get(product, ())
            )
        ]

    def _prepare_hold_notification(self):
        count = sum(self.mapped("hold_count"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("On hold")
                if count
                else self.env._("Nothing was held"),
                "message": self._get_held_message(count),
                "type": "success" if count else "warning",
                "sticky": not count,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_held_message(self, count):
        """What who pressed the button reads: goods that nobody found stay free."""
        if count:
            return self.env._(
                "Lots and places on hold: %(count)s. Nothing of them can leave, and "
                "what was reserved is taken back.",
                count=count,
            )
        return self.env._(
            "The trace found nothing in stock or in scope that can be held. Check the "
            "scope, then trace again."
        )

    def action_release(self):
        """Open the wizard that releases the active holds of this case.

        :raise AccessError: when the user is not a recall manager
        :raise UserError: when there are none, or the user placed all of them
        """
        self.ensure_one()
        holds = self._get_active_holds()
        if not holds:
            raise UserError(
                self.env._(
                    "Nothing of recall case %(case)s is on hold.",
                    case=self.display_name,
                )
            )
        action = holds.action_release()
        action["context"] = {"default_case_id": self.id}
        return action

    def _get_active_holds(self):
        return self.hold_ids._filter_active()

    # ------------------------------------------------------------------
    # Lists behind the figures
    # ------------------------------------------------------------------
    @api.readonly
    def action_view_holds(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock_recall.recall_hold_action"
        )
        action["domain"] = [("case_id", "=", self.id)]
        action["context"] = {"search_default_active": 1}
        return action

    @api.readonly
    def action_view_not_held(self):
        return self._prepare_rows_action(
            "recall_affected_action", "in_scope", "not_held"
        )

    @api.readonly
    def action_view_released(self):
        return self._prepare_rows_action(
            "recall_affected_action", "in_scope", "released"
        )

    @api.readonly
    def action_view_interruptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock_recall.recall_interruption_action"
        )
        action["domain"] = [("case_id", "=", self.id)]
        action["context"] = {}
        return action
