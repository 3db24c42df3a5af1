from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

# Rows that a page of the form shows of a list that may have 100,000 of them.
PAGE_ROWS = 80


class RecallCase(models.Model):
    """The figures of a case at a glance, and the lists behind them."""

    _inherit = "recall.case"

    affected_count = fields.Integer(
        "Affected Lots", compute="_compute_affected_figures"
    )
    on_hand_figure = fields.Char("On Hand", compute="_compute_affected_figures")
    unaccounted_figure = fields.Char(
        "Unaccounted", compute="_compute_unaccounted_figure"
    )
    pending_figure = fields.Char(
        "Units on Their Way",
        compute="_compute_pending_figure",
        help="What is reserved, picked, packed or in transit, and what open orders "
        "would take: each order with no more than it needs, and all of them together "
        "with no more than is free.",
    )
    exposure_figure = fields.Char("At Consignees", compute="_compute_exposure_figures")
    exposure_count = fields.Integer("Deliveries", compute="_compute_exposure_figures")
    consignee_count = fields.Integer("Consignees", compute="_compute_exposure_figures")
    source_count = fields.Integer("Receipts", compute="_compute_source_count")
    gap_count = fields.Integer(compute="_compute_gap_count")
    gone_count = fields.Integer(
        "Gone Since a Trace",
        compute="_compute_gone_count",
        help="Lots that an earlier trace found and the last one did not, and that "
        "nobody has excluded with a reason.",
    )
    shown_company_figure = fields.Char(compute="_compute_company_figures")
    hidden_company_figure = fields.Char(compute="_compute_company_figures")
    is_partial = fields.Boolean(compute="_compute_company_figures")
    link_count = fields.Integer(compute="_compute_link_count")
    empty_scope_figure = fields.Char(compute="_compute_empty_scope_figure")
    exposure_page_ids = fields.One2many(
        "recall.exposure", string="Latest Exposures", compute="_compute_page_ids"
    )
    link_page_ids = fields.One2many(
        "recall.link", string="First Links", compute="_compute_page_ids"
    )

    @api.depends("affected_ids.in_scope", "affected_ids.qty_on_hand", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_affected_figures(self):
        counts = defaultdict(int)
        quantities = defaultdict(dict)
        for case, uom, count, quantity in self._read_rows(
            "recall.affected",
            ["case_id", "product_uom_id"],
            ["__count", "qty_on_hand:sum"],
        ):
            counts[case] += count
            quantities[case][uom] = quantity
        for case in self:
            case.affected_count = counts[case]
            case.on_hand_figure = self._format_quantities(quantities[case])

    @api.depends("affected_ids.in_scope", "affected_ids.qty_unaccounted", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_unaccounted_figure(self):
        quantities = defaultdict(lambda: defaultdict(float))
        # a surplus of one lot does not make up for what another one lacks
        for operator in (">", "<"):
            for case, uom, quantity in self._read_rows(
                "recall.affected",
                ["case_id", "product_uom_id"],
                ["qty_unaccounted:sum"],
                Domain("qty_unaccounted", operator, 0),
            ):
                quantities[case][uom] += abs(quantity)
        for case in self:
            case.unaccounted_figure = self._format_quantities(quantities[case])

    @api.depends("affected_ids.in_scope", "pending_ids.quantity", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_pending_figure(self):
        domain = Domain("case_id", "in", self.ids)
        domain &= self._get_counted_domain("recall.pending")
        quantities = self.env["recall.pending"]._sum_quantities(domain)
        for case in self:
            case.pending_figure = self._format_quantities(quantities[case])

    @api.depends("affected_ids.in_scope", "exposure_ids.qty_net", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_exposure_figures(self):
        self._compute_figure("exposure_figure", "recall.exposure", "qty_net:sum")
        deliveries = dict(self._read_rows("recall.exposure", ["case_id"], ["__count"]))
        consignees = dict(
            self._read_rows(
                "recall.exposure",
                ["case_id"],
                ["partner_id:count_distinct"],
                Domain("qty_net", ">", 0),
            )
        )
        for case in self:
            case.exposure_count = deliveries.get(case, 0)
            case.consignee_count = consignees.get(case, 0)

    @api.depends("affected_ids.in_scope", "source_ids", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_source_count(self):
        counts = dict(self._read_rows("recall.source", ["case_id"], ["__count"]))
        for case in self:
            case.source_count = counts.get(case, 0)

    @api.depends("gap_ids", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_gap_count(self):
        counts = dict(self._read_rows("recall.gap", ["case_id"], ["__count"]))
        for case in self:
            case.gap_count = counts.get(case, 0)

    @api.depends("affected_ids.in_scope", "affected_ids.is_gone", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_gone_count(self):
        gone = Domain("case_id", "in", self.ids) & self._get_gone_domain()
        affected = self.env["recall.affected"]
        counts = dict(affected._read_group(gone, ["case_id"], ["__count"]))
        for case in self:
            case.gone_count = counts.get(case, 0)

    @api.depends("company_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_company_figures(self):
        """Which companies' rows the reader meets, and which ones are left out.

        Consignees, sources and goods on their way carry the company of their stock
        move, and record rules show those of the active companies only.
        """
        for case, company_ids in self._read_relation("company_ids").items():
            # sudo: names are given of companies that the reader works in only
            looked_in = self.env["res.company"].sudo().browse(company_ids)
            hidden = looked_in - self.env.companies
            case.is_partial = bool(hidden)
            case.shown_company_figure = ", ".join(
                (looked_in & self.env.companies).mapped("name")
            )
            case.hidden_company_figure = ", ".join(
                (hidden & self.env.user.company_ids).mapped("name")
            )

    @api.depends("link_ids", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_link_count(self):
        counts = dict(self._read_rows("recall.link", ["case_id"], ["__count"]))
        for case in self:
            case.link_count = counts.get(case, 0)

    @api.depends("exposure_ids", "link_ids", "traced_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_page_ids(self):
        for case in self:
            own = Domain("case_id", "in", case.ids)
            for name, model, order in (
                ("exposure_page_ids", "recall.exposure", "date DESC, id"),
                ("link_page_ids", "recall.link", "date, id"),
            ):
                domain = own & self._get_counted_domain(model)
                case[name] = self.env[model].search(
                    domain, order=order, limit=PAGE_ROWS
                )

    @api.depends("scope_ids.seed_count", "traced_at")
    def _compute_empty_scope_figure(self):
        for case in self:
            empty = case.scope_ids.filtered(
                lambda line, traced_at=case.traced_at: traced_at
                and line.create_date
                and line.create_date <= traced_at
                and not line.seed_count
            )
            case.empty_scope_figure = ", ".join(empty.mapped("display_name"))

    def _compute_figure(self, name, model, aggregate):
        quantities = defaultdict(dict)
        for case, uom, quantity in self._read_rows(
            model, ["case_id", "product_uom_id"], [aggregate]
        ):
            quantities[case][uom] = quantity
        for case in self:
            case[name] = self._format_quantities(quantities[case])

    def _read_rows(self, model, groupby, aggregates, domain=Domain.TRUE):
        """Aggregate the counted rows of these cases that the user may see."""
        domain &= Domain("case_id", "in", self.ids) & self._get_counted_domain(model)
        return self.env[model]._read_group(domain, groupby, aggregates)

    @api.model
    def _get_counted_domain(self, model):
        """Return the domain of the rows of a snapshot model that figures count.

        Rows that the last trace did not find any more are left out, and so is what
        a person has excluded from the recall.
        """
        domain = Domain("is_gone", "=", False)
        if model == "recall.affected":
            return domain & Domain("in_scope", "=", True)
        if self.env[model]._fields.get("affected_id"):
            domain &= Domain("affected_id", "=", False) | Domain(
                "affected_id.in_scope", "=", True
            )
        return domain

    @api.model
    def _get_gone_domain(self):
        """Return the domain of lots that are gone, unless a person settled why."""
        return Domain("is_gone", "=", True) & Domain("in_scope", "=", True)

    @api.model
    def _format_quantities(self, quantities):
        """Return quantities of several units as one text, each unit on its own.

        :param quantities: dict of floats by `uom.uom`
        """
        # sudo: the name of a unit is no secret, and goods of a company come with it
        parts = [
            f"{self._format_quantity(quantity)} {uom.name}"
            for uom, quantity in quantities.items()
            if not uom.sudo().is_zero(quantity)
        ]
        return " · ".join(parts) or "0"

    @api.model
    def _format_quantity(self, quantity):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        whole = round(quantity, digits) == round(quantity)
        return formatLang(self.env, quantity, digits=0 if whole else digits)

    # ------------------------------------------------------------------
    # Lists behind the figures
    # ------------------------------------------------------------------
    @api.readonly
    def action_view_affected(self):
        return self._prepare_rows_action("recall_affected_action", "in_scope")

    @api.readonly
    def action_view_unaccounted(self):
        return self._prepare_rows_action(
            "recall_affected_action", "in_scope", "unaccounted"
        )

    @api.readonly
    def action_view_on_hand(self):
        return self._prepare_rows_action(
            "recall_affected_action", "in_scope", "on_hand"
        )

    @api.readonly
    def action_view_gone(self):
        action = self._prepare_rows_action("recall_affected_action")
        action["context"] = {"search_default_gone": 1, "search_default_in_scope": 1}
        return action

    @api.readonly
    def action_view_pending(self):
        return self._prepare_rows_action("recall_pending_action")

    @api.readonly
    def action_view_exposure(self):
        return self._prepare_rows_action("recall_exposure_action", "in_scope")

    @api.readonly
    def action_view_sources(self):
        return self._prepare_rows_action("recall_source_action")

    @api.readonly
    def action_view_gaps(self):
        return self._prepare_rows_action("recall_gap_action")

    @api.readonly
    def action_view_links(self):
        return self._prepare_rows_action("recall_link_action")

    def _get_on_hand_domain(self):
        """Return the domain of the quants that hold affected goods now."""
        counted = self._get_counted_domain("recall.affected")
        affected = counted & Domain("case_id", "in", self.ids)
        return self.env["recall.affected"]._get_quant_domain(affected)

    def _prepare_rows_action(self, name, *filters):
        """Return the action `name` of this addon for the rows of this case."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"stock_recall.{name}")
        action["domain"] = [("case_id", "=", self.id)]
        action["context"] = {
            f"search_default_{item}": 1 for item in ("current", *filters)
        }
        return action

    def _prepare_window_action(self):
        """Return the action that opens these cases, one in its form."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock_recall.recall_case_action"
        )
        action["context"] = {}
        if len(self) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = self.id
        else:
            action["domain"] = [("id", "in", self.ids)]
        return action

    @api.model
    def _prepare_open_action(self, title, scope_vals):
        """Return the action that opens a new case, not saved yet.

        :param title: title of the case
        :param scope_vals: list of values of its scope lines
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Recall Case"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_title": title,
                "default_scope_ids": [
                    fields.Command.create(vals) for vals in scope_vals
                ],
            },
        }
