from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# A user without any of them still opens every lot, transfer and order.
RECALL_GROUPS = "stock_recall.group_recall_user,stock_recall.group_recall_auditor"


class RecallDocument(models.AbstractModel):
    """A record of Odoo that recall cases point at, and that can open one."""

    _name = "recall.document"
    _description = "Document of Recall Cases"

    # {snapshot model: path from its rows to this record}
    _recall_paths = {}
    # Form for who reads recalls but has no stock role: the usual one reads models of
    # many addons that such a user may not.
    _recall_audit_view = None

    recall_case_count = fields.Integer(
        "Recall Cases",
        compute="_compute_recall_case_count",
        groups=RECALL_GROUPS,
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recall_case_count(self):
        case_ids = self._get_recall_case_ids()
        for document in self:
            document.recall_case_count = len(case_ids.get(document.id, ()))

    def _get_recall_case_ids(self):
        """Return the cases each record is in now, as far as the user may see them.

        :return: dict of sets of `recall.case` ids by the id of the record
        """
        found = defaultdict(set)
        for model, path in self._recall_paths.items():
            domain = Domain.AND(
                [
                    self.env["recall.case"]._get_counted_domain(model),
                    Domain("case_id.state", "!=", "cancelled"),
                    Domain(path, "in", self.ids),
                ]
            )
            for document, case_ids in self.env[model]._read_group(
                domain, [path], ["case_id:array_agg_distinct"]
            ):
                found[document.id].update(case_ids)
        return found

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        user = self.env.user
        if (
            view_type == "form"
            and self._recall_audit_view
            and user.has_group("stock_recall.group_recall_auditor")
            and not user.has_group("stock.group_stock_user")
        ):
            view_id = self.env.ref(self._recall_audit_view).id
        return super().get_view(view_id, view_type, **options)

    @api.readonly
    def action_view_recall_cases(self):
        case_ids = set().union(*self._get_recall_case_ids().values())
        cases = self.env["recall.case"].browse(sorted(case_ids))
        return cases._prepare_window_action()

    @api.readonly
    def action_open_recall_case(self):
        """Open the form of a new case whose scope names these records.

        :raise AccessError: when the user may not create recall cases
        :raise UserError: when nothing in the records can be traced
        """
        cases = self.env["recall.case"]
        if not cases.has_access("create"):
            raise AccessError(
                self.env._("Only the recall team may open a recall case.")
            )
        self.check_access("read")
        scope_vals = self._prepare_recall_scope_vals()
        if not scope_vals:
            raise UserError(self._get_nothing_to_recall_message())
        return cases._prepare_open_action(self._get_recall_title(), scope_vals)

    def _prepare_recall_scope_vals(self):
        """:return: list of `recall.scope` values that name these records"""
        return []

    def _get_recall_title(self):
        names = self[:3].mapped("display_name")
        if len(self) > 3:
            names.append(self.env._("%(count)s more", count=len(self) - 3))
        return ", ".join(names)

    def _get_nothing_to_recall_message(self):
        return self.env._("Select something that a recall case can start from.")
