from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RecallCase(models.Model):
    """Brings the goods that a case holds into quarantine, and counts them there."""

    _inherit = "recall.case"

    quarantine_picking_ids = fields.One2many(
        "stock.picking", "recall_case_id", "Quarantine Transfers"
    )
    quarantine_picking_count = fields.Integer(
        "Open Quarantine Transfers",
        compute="_compute_quarantine_picking_count",
        compute_sudo=True,
    )
    quarantine_figure = fields.Char(
        "In Quarantine", compute="_compute_quarantine_figure"
    )
    can_quarantine = fields.Boolean(
        compute="_compute_can_quarantine",
        compute_sudo=True,
        help="Held goods stand outside of quarantine, and are on no transfer there.",
    )

    @api.depends("quarantine_picking_ids.state")
    @api.depends_context("allowed_company_ids")
    def _compute_quarantine_picking_count(self):
        domain = Domain("recall_case_id", "in", self.ids)
        domain &= Domain("state", "not in", ["done", "cancel"])
        domain &= Domain("company_id", "in", self.env.companies.ids)
        counts = dict(
            self.env["stock.picking"]._read_group(
                domain, ["recall_case_id"], ["__count"]
            )
        )
        for case in self:
            case.quarantine_picking_count = counts.get(case, 0)

    @api.depends("affected_ids.in_scope", "traced_at", "quarantine_picking_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_quarantine_figure(self):
        for case in self:
            # sudo: an auditor reads the figures of a case without a role in stock;
            # the companies are theirs.
            quants = self.env["stock.quant"].sudo()
            domain = case._get_quarantined_domain()
            domain &= Domain("company_id", "in", self.env.companies.ids)
            case.quarantine_figure = self._format_quantities(
                {
                    uom: quantity
                    for uom, quantity in quants._read_group(
                        domain, ["product_id.uom_id"], ["quantity:sum"]
                    )
                }
            )

    @api.depends("hold_ids.state", "quarantine_picking_ids.state")
    def _compute_can_quarantine(self):
        outside = self.env["recall.quarantine.plan"]._get_free_domain()
        for case in self:
            domain = case._get_to_quarantine_domain() & outside
            case.can_quarantine = not case.is_mock and bool(
                case._get_active_holds()
                and self.env["stock.quant"].search_count(domain, limit=1)
            )

    def _get_quarantined_domain(self):
        """Return the domain of the quants of affected goods in a quarantine."""
        in_quarantine = Domain("location_id.recall_is_quarantine", "=", True)
        return self._get_on_hand_domain() & in_quarantine

    # ------------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------------
    def action_quarantine(self):
        """Make the transfers that bring what is on hold into quarantine: whole
        packages stay whole, the coordinator is responsible, and it is due now.

        :raise UserError: when nothing is on hold, and for a mock recall
        """
        return self._prepare_quarantine_action(self._move_to_quarantine())

    def _move_to_quarantine(self, user=None, date=None, unpack=False):
        """Make one transfer for each warehouse, of goods that are on none yet.

        :param user: who is responsible; the coordinator by default
        :param date: when it has to be done; now by default
        :param unpack: whether packages stay where they are, without their goods
        :return: the new `stock.picking`, as superuser
        """
        self._check_action_allowed("hold")
        self.check_access("write")
        self._check_touches_stock()
        pickings = self.env["stock.picking"].sudo()
        for case in self:
            # sudo: as the hold, it reaches goods in all companies of the case, which
            # only members of those companies could put there; the caller may write
            # the case, and a transfer into quarantine takes goods nowhere else.
            pickings |= case.sudo()._make_quarantine_transfers(user, date, unpack)
        return pickings

    def _make_quarantine_transfers(self, user, date, unpack):
        self.ensure_one()
        self._lock_for_trace()
        holds = self._get_active_holds()
        if not holds:
            raise UserError(
                self.env._(
                    "Recall case %(case)s holds nothing. Hold the affected goods "
                    "first, then move them to quarantine.",
                    case=self.display_name,
                )
            )
        self._break_reservations(holds)
        pickings, beyond = self.env["recall.quarantine.plan"]._make_transfers(
            self,
            self._get_to_quarantine_domain(),
            lambda warehouse: self._prepare_quarantine_vals(warehouse, user, date),
            unpack,
        )
        if pickings or beyond:
            self.message_post(body=self._get_quarantine_report(pickings, beyond))
        return pickings

    def _get_to_quarantine_domain(self):
        """Domain of the quants that this case wants in quarantine."""
        held = self._get_active_holds()._get_held_quants_domain()
        return held & Domain("company_id", "in", self.company_ids.ids)

    def _break_reservations(self, holds):
        """The hold does it in the background, and may still be at it."""
        holds._settle_now(Domain("product_id", "in", holds.product_id.ids))

    def _prepare_quarantine_vals(self, warehouse, user, date):
        """Values of a transfer into the quarantine of a warehouse."""
        user = user or self.user_id
        if warehouse.company_id not in user.company_ids:
            user = user.browse()
        return {
            "origin": self.name,
            "recall_case_id": self.id,
            "user_id": user.id,
            "scheduled_date": date or fields.Datetime.now(),
        }

    def _get_quarantine_report(self, pickings, beyond):
        """What goes to quarantine on which transfer, and what cannot."""
        items = Markup().join(
            Markup("<li>%s: %s</li>")
            % (
                self._name_document(picking._get_html_link(), picking.company_id),
                self._format_move_quantities(picking.move_ids),
            )
            for picking in pickings
        )
        body = Markup("<p>%s</p><ul>%s</ul>") % (self.env._("To quarantine:"), items)
        if beyond:
            body += Markup("<p>%s</p>") % self.env._(
                "In no warehouse, so without a quarantine: %(places)s. Bring these "
                "goods into a warehouse, then move them to quarantine.",
                places=", ".join(beyond.location_id.mapped("display_name")),
            )
        return body

    def _format_move_quantities(self, moves):
        return self._format_quantities(
            {
                uom: sum(part.mapped("product_uom_qty"))
                for uom, part in moves.grouped("product_uom").items()
            }
        )

    def _prepare_quarantine_action(self, pickings):
        """Open the new transfers; without any, tell that there was nothing to do."""
        companies = self.env.companies
        own = pickings.filtered(lambda picking: picking.company_id in companies)
        if own:
            return self._prepare_pickings_action(own.ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Nothing to move"),
                "message": self._get_no_transfer_message(pickings),
                "type": "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_no_transfer_message(self, pickings):
        if pickings:
            return self.env._(
                "The transfers were made, in a company that is not active."
            )
        if any(self.mapped("can_quarantine")):
            return self.env._(
                "What is left stands in no warehouse: the messages of the case say "
                "where."
            )
        return self.env._(
            "All that is on hold stands in quarantine, or is on a transfer that is "
            "still open."
        )

    def _prepare_pickings_action(self, picking_ids):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action["name"] = action["display_name"] = self.env._("Quarantine Transfers")
        action["context"] = {"create": False}
        action["domain"] = [("id", "in", picking_ids)]
        if len(picking_ids) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = picking_ids[0]
        return action

    # ------------------------------------------------------------------
    # Lists behind the figures
    # ------------------------------------------------------------------
    @api.readonly
    def action_view_quarantine_pickings(self):
        self.ensure_one()
        return self._prepare_pickings_action(self.quarantine_picking_ids.ids)

    @api.readonly
    def action_view_quarantined(self):
        self.ensure_one()
        action = self.affected_ids.action_view_quants()
        action["name"] = action["display_name"] = self.env._("Goods in Quarantine")
        action["domain"] = list(self._get_quarantined_domain())
        return action
