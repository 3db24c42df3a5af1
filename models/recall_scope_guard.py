from odoo import api, models
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tools.misc import format_datetime

# Neither says what is suspect.
BOOKKEEPING = {"case_id", "company_id", "sequence", "seed_count"}
# How many lots, products or receipts of a line a message names.
NAMES = 20


class RecallScope(models.Model):
    """Who may change what is suspect, until when, and what is told about it."""

    _name = "recall.scope"
    _inherit = [
        "recall.scope",
        "recall.relation",
        "recall.new.document",
        "recall.deletion",
    ]

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # also against a default in the context: the trace alone counts
            vals_list = [dict(vals, seed_count=0) for vals in vals_list]
        lines = super().create(vals_list)
        lines._check_case_open()
        lines._log_lines(self.env._("Scope line added:"))
        return lines

    def write(self, vals):
        self._check_case_open()
        if "seed_count" in vals and not self.env.su:
            raise AccessError(
                self.env._("How many lots a scope line finds is for the trace to say.")
            )
        before = {line: line._get_meaning_values() for line in self}
        cases = {line: line.case_id for line in self}
        res = super().write(vals)
        moved = self.filtered(lambda line: line.case_id != cases[line])
        if moved:
            self._check_case_open()
            moved._log_lines(self.env._("Scope line moved to another case:"), cases)
            moved._log_lines(self.env._("Scope line added from another case:"))
        self._log_changes(before)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_if_case_open(self):
        self._check_case_open()
        self._log_lines(self.env._("Scope line removed:"))

    def _check_case_open(self):
        """Refuse a change of what a closed case, or the case of others, looked for.

        :raise AccessError: when the user may not write the case
        :raise UserError: when the case is closed
        """
        if not self.env.su:
            self.case_id.check_access("write")
            self.case_id._check_action_allowed("scope")

    # ------------------------------------------------------------------
    # What a line says, and what is told about it
    # ------------------------------------------------------------------
    @api.model
    def _get_meaning(self):
        """Names of the fields that say what is suspect and how to trace it."""
        return [
            name
            for name, field in self._fields.items()
            if field.store and name not in BOOKKEEPING | set(MAGIC_COLUMNS)
        ]

    def _get_meaning_values(self):
        """{field name: what the line says in it}; archived records count as well"""
        self.ensure_one()
        line = self.with_context(active_test=False)
        return {name: line[name] for name in self._get_meaning()}

    def _get_meaning_keys(self):
        """What each line says, as a text that compares."""
        names = sorted(self._get_meaning())
        relations = {
            name: self._read_relation(name)
            for name in names
            if self._fields[name].type == "many2many"
        }
        return [
            repr(
                [
                    relations[name][line]
                    if name in relations
                    else line._fields[name].convert_to_write(line[name], line)
                    for name in names
                ]
            )
            for line in self
        ]

    def _format_meaning(self, name, value):
        field = self._fields[name]
        if field.relational:
            # sudo: records that the user reads on the line, whose names the lists of
            # the case show to all its readers
            names = value[:NAMES].sudo().mapped("display_name")
            more = ["…"] if len(value) > NAMES else []
            return ", ".join(names + more)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "datetime":
            return format_datetime(self.env, value) if value else ""
        return str(value or "")

    def _log_lines(self, title, cases=None):
        """Post what these lines say on their cases, or on the cases by line given."""
        for case, lines in self.grouped(
            lambda line: cases[line] if cases else line.case_id
        ).items():
            case._post_lines(title, [line._get_summary() for line in lines])

    def _get_summary(self):
        """The whole line in one: what is suspect, and what narrows it down."""
        values = self._get_meaning_values()
        texts = [self.display_name, self._format_meaning("direction", self.direction)]
        for name in self._get_narrowing():
            if text := self._format_meaning(name, values[name]):
                texts.append(f"{self._get_label(name)}: {text}")
        return " · ".join(texts)

    def _get_narrowing(self):
        """Fields that narrow a line down and are not in its name."""
        is_named = self._get_detail_window() in self.display_name
        return ["partner_id"] if is_named else ["partner_id", "date_from", "date_to"]

    def _log_changes(self, before):
        """Post which of these lines say something else than in `before`."""
        for case, lines in self.grouped("case_id").items():
            changes = [
                f"{line.display_name} · {change}"
                for line in lines
                for change in line._get_changes(before[line])
            ]
            case._post_lines(self.env._("Scope line changed:"), changes)

    def _get_changes(self, before):
        """One text for each field that says something else than in `before`."""
        changes = []
        for name, new in self._get_meaning_values().items():
            old = before[name]
            if new == old:
                continue
            if self._fields[name].type == "many2many":
                # of a thousand lots only those that came or went
                old, new = old - new, new - old
            old, new = (self._format_meaning(name, value) for value in (old, new))
            changes.append(f"{self._get_label(name)}: {old or '-'} → {new or '-'}")
        return changes

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)
