from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import frozendict

OPEN_STATES = ("draft", "evaluation", "approval", "ongoing")


class RecallCase(models.Model):
    """The document for one recall event."""

    _name = "recall.case"
    _description = "Recall Case"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "recall.relation",
        "recall.new.document",
        "recall.deletion",
    ]
    _order = "aware_at desc, id desc"
    _check_company_auto = True

    # What only transitions and traces write, with its value in a new case.
    _CLOSED_FIELDS = frozendict(
        {
            "state": "draft",
            "traced_at": False,
            "traced_by_id": False,
            "trace_duration": 0.0,
            "trace_count": 0,
            "followed_hold_count": 0,
            "followed_loss_count": 0,
            "traced_scope": False,
            "is_scope_changed": False,
        }
    )
    # In which states a person may take which action.
    _ACTION_STATES = frozendict(
        {
            "trace": OPEN_STATES,
            "scope": OPEN_STATES,
            "decide": OPEN_STATES,
            "hold": OPEN_STATES,
            "evaluate": ("draft",),
            "cancel": OPEN_STATES,
            "draft": ("cancelled",),
        }
    )

    name = fields.Char(
        "Reference", required=True, readonly=True, copy=False, default="/", index=True
    )
    title = fields.Char(required=True, tracking=True)
    recall_type = fields.Selection(
        [
            ("recall", "Recall"),
            ("correction", "Correction"),
            ("withdrawal", "Market Withdrawal"),
            ("stock_recovery", "Stock Recovery"),
            ("mock", "Mock Recall"),
        ],
        required=True,
        default="recall",
        tracking=True,
    )
    is_mock = fields.Boolean(compute="_compute_is_mock", store=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("evaluation", "Evaluation"),
            ("approval", "Approval"),
            ("ongoing", "Ongoing"),
            ("completed", "Completed"),
            ("terminated", "Terminated"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        group_expand=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Look In",
        required=True,
        default=lambda self: self.env.user.company_ids,
        tracking=True,
        help="The companies whose stock moves the trace may read. What lies in other "
        "companies is reported as a gap, without details.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Coordinator",
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
    )
    aware_at = fields.Datetime(
        "Aware Since",
        required=True,
        default=fields.Datetime.now,
        help="When the company learned of it: deadlines count from here.",
    )
    description = fields.Html()
    scope_ids = fields.One2many("recall.scope", "case_id", copy=True)
    affected_ids = fields.One2many("recall.affected", "case_id")
    link_ids = fields.One2many("recall.link", "case_id", "Genealogy")
    exposure_ids = fields.One2many("recall.exposure", "case_id", "Exposures")
    source_ids = fields.One2many("recall.source", "case_id", "Sources")
    pending_ids = fields.One2many("recall.pending", "case_id", "On Their Way")
    gap_ids = fields.One2many("recall.gap", "case_id", "Gaps")
    traced_at = fields.Datetime("Traced On", readonly=True, copy=False)
    traced_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    trace_duration = fields.Float(
        "Trace Time (s)", readonly=True, copy=False, aggregator=None
    )
    trace_count = fields.Integer("Traces", readonly=True, copy=False, aggregator=None)

    @api.depends("recall_type")
    def _compute_is_mock(self):
        for case in self:
            case.is_mock = case.recall_type == "mock"

    @api.depends("name", "title")
    def _compute_display_name(self):
        for case in self:
            case.display_name = " ".join(filter(None, [case.name, case.title]))

    @api.constrains("company_id", "company_ids")
    def _check_company_ids(self):
        for case in self:
            if case.company_id not in case.company_ids:
                raise ValidationError(
                    self.env._(
                        "Recall case %(case)s: the trace has to look in %(company)s, "
                        "the company of the case. Add it to the companies.",
                        case=case.display_name,
                        company=case.company_id.name,
                    )
                )
        self.scope_ids._check_lot_companies()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name") == "/":
                del vals["name"]
            self._check_vals(vals)
            if not self.env.su:
                # a default in the context is no way around either
                vals.update(self._CLOSED_FIELDS, name="/")
            if vals.get("name", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                vals["name"] = (
                    self.env["ir.sequence"]
                    .with_company(company_id)
                    .next_by_code("recall.case")
                ) or "/"
        cases = super(RecallCase, self._in_all_companies()).create(vals_list)
        # The form reads it again, and only those of the active companies.
        cases.invalidate_recordset(["company_ids"])
        return cases.with_env(self.env)

    def write(self, vals):
        self._check_vals(vals)
        res = super().write(vals)
        if "company_id" in vals:
            self._check_company_of_user()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_if_never_traced(self):
        for case in self:
            if case.state != "draft" or case.trace_count:
                raise UserError(
                    self.env._(
                        "Recall case %(case)s has left the draft or was traced: it is "
                        "a record now. Cancel it instead.",
                        case=case.display_name,
                    )
                )

    def _check_vals(self, vals):
        """Refuse what only the sequence, transitions and traces may write.

        :raise AccessError: when a person writes the reference, the state, or what a
            trace found
        """
        if self.env.su:
            return
        if names := {"name", *self._CLOSED_FIELDS} & vals.keys():
            raise AccessError(
                self.env._(
                    "%(fields)s of a recall case are set by Odoo and the buttons of "
                    "the case only.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(names)
                    ),
                )
            )

    def _post_lines(self, title, lines):
        """Post a message that lists these texts under a title, if there are any."""
        if lines:
            self.message_post(body=self._render_lines(title, lines))

    @api.model
    def _render_lines(self, title, lines):
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        return Markup("<p>%s</p><ul>%s</ul>") % (title, items)

    def _check_company_of_user(self):
        """Refuse to hand a case to a company that the user is not a member of.

        The ORM refuses companies that the user cannot read, but one that a colleague
        has put among those to look in is not looked at again.

        :raise AccessError: when the company of a case is not one of the user's
        """
        if not self.env.su and self.sudo().company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._("A recall case stays in a company that you work in.")
            )

    # ------------------------------------------------------------------
    # Lifecycle
    # ------------------------------------------------------------------
    def _check_action_allowed(self, action):
        """:raise UserError: when the state of a case does not allow the action"""
        states = dict(self._fields["state"]._description_selection(self.env))
        for case in self:
            if case.state not in self._ACTION_STATES[action]:
                raise UserError(
                    self.env._(
                        "Recall case %(case)s is %(state)s: this is not possible "
                        "any more or not yet.",
                        case=case.display_name,
                        state=states[case.state],
                    )
                )

    def _set_state(self, state):
        self.check_access("write")
        # sudo: the caller may write the case, and a transition has checked that the
        # step is allowed; `write` refuses the state to everybody else.
        self.sudo().write({"state": state})

    def action_evaluate(self):
        self._check_action_allowed("evaluate")
        self._set_state("evaluation")

    def action_cancel(self):
        self._check_action_allowed("cancel")
        self._set_state("cancelled")

    def action_draft(self):
        self._check_action_allowed("draft")
        self._set_state("draft")
