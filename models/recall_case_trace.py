import hashlib
import time

from psycopg2.errors import ForeignKeyViolation

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class RecallCase(models.Model):
    """What a case does with its trace: call it, freeze it, tell about it."""

    _inherit = "recall.case"

    traced_scope = fields.Char(
        readonly=True,
        copy=False,
        help="Fingerprint of what the last trace looked for, and where.",
    )
    is_scope_changed = fields.Boolean(
        "Scope Changed Since the Trace",
        compute="_compute_is_scope_changed",
        store=True,
    )

    @api.depends(
        lambda self: [
            "traced_at",
            "traced_scope",
            "company_ids",
            *(f"scope_ids.{name}" for name in self.env["recall.scope"]._get_meaning()),
        ]
    )
    def _compute_is_scope_changed(self):
        for case in self:
            case.is_scope_changed = bool(
                case.traced_at and case.traced_scope != case._get_scope_fingerprint()
            )

    def _get_scope_fingerprint(self):
        """What the scope lines and companies say: an edit that was taken back, or an
        order of lines, changes nothing in it."""
        self.ensure_one()
        companies = self._read_relation("company_ids")[self]
        lines = sorted(self.scope_ids._get_meaning_keys())
        meaning = repr((companies, lines))
        return hashlib.sha256(meaning.encode()).hexdigest()

    def action_trace(self):
        """Find what is affected, where it is and who has it, and freeze it here.

        :raise UserError: without a scope, or when no scope line finds anything
        """
        self._check_action_allowed("trace")
        self.check_access("write")
        for case in self:
            case._trace()
        return self._prepare_trace_notification()

    def _trace(self):
        self.ensure_one()
        # What the caller has read is what the caller may see: look anew.
        self.env.invalidate_all()
        # sudo: the caller may write this case; the trace looks in the companies of
        # the case, which only members of those companies could put there, and
        # record rules keep each company's rows from users of the others.
        case = self.sudo().with_context(active_test=False)
        case._lock_for_trace()
        started = time.monotonic()
        seeds = case._get_seeds()
        found = (
            self.env["recall.trace"]
            .sudo()
            ._trace_scope(seeds, case.company_ids, case._get_cleared_nodes())
        )
        found["recall.gap"] += case.scope_ids._get_gaps(found["recall.affected"])
        case.scope_ids._add_stays(found["recall.affected"])
        case._store_trace(found)
        case.write(
            {
                "traced_at": fields.Datetime.now(),
                "traced_by_id": self.env.uid,
                "trace_duration": time.monotonic() - started,
                "trace_count": case.trace_count + 1,
                "traced_scope": case._get_scope_fingerprint(),
            }
        )
        case._log_trace()

    def _lock_for_trace(self):
        try:
            # referencing: breaking reservations notes them for the case meanwhile
            self.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._(
                    "Recall case %(case)s is being traced or changed by somebody "
                    "else right now. Try again in a moment.",
                    case=self.display_name,
                )
            ) from None

    def _get_seeds(self):
        """{direction: (`stock.lot`, `stock.move.line`)} of all scope lines.

        :raise UserError: without a scope, or when no line finds anything
        """
        if not self.scope_ids:
            raise UserError(
                self.env._(
                    "Recall case %(case)s has no scope yet. Add a line that says what "
                    "is suspect: a lot, a product, a vendor's lot number or a receipt.",
                    case=self.display_name,
                )
            )
        seeds = {}
        for scope in self.scope_ids:
            lots, lines = scope._get_seeds()
            scope.seed_count = len(lots) + len(lines)
            known_lots, known_lines = seeds.get(
                scope.direction, (lots.browse(), lines.browse())
            )
            seeds[scope.direction] = (known_lots | lots, known_lines | lines)
        if not any(self.scope_ids.mapped("seed_count")):
            raise UserError(self._get_empty_scope())
        return seeds

    def _get_empty_scope(self):
        """Names the scope lines that found nothing; empty when all found something."""
        empty = self.scope_ids.filtered(lambda scope: not scope.seed_count)
        return empty and self.env._(
            "Nothing was found for: %(scopes)s. Check numbers, dates and companies.",
            scopes="; ".join(empty.mapped("display_name")),
        )

    def _store_trace(self, found):
        """Freeze what a trace found.

        :param found: see `recall.trace._trace_scope`
        :raise UserError: when a record that the trace saw has been deleted meanwhile
        """
        try:
            affected = self.env["recall.affected"]
            affected._store(self, found.pop("recall.affected"), {})
            nodes = affected._get_nodes(
                [("case_id", "=", self.id), ("is_gone", "=", False)]
            )
            for model, rows in found.items():
                self.env[model]._store(self, rows, nodes)
        except ForeignKeyViolation:
            raise UserError(
                self.env._(
                    "Somebody deleted a lot or transfer while recall case %(case)s "
                    "was being traced. Trace again.",
                    case=self.display_name,
                )
            ) from None

    def _get_cleared_nodes(self):
        excluded = [("case_id", "=", self.id), ("in_scope", "=", False)]
        return set(self.env["recall.affected"]._get_nodes(excluded))

    def _log_trace(self):
        affected = self.env["recall.affected"]
        count, new, gone = (
            affected.search_count([("case_id", "=", self.id), (name, "=", value)])
            for name, value in (("is_gone", False), ("is_new", True), ("is_gone", True))
        )
        body = self.env._(
            "Traced in %(seconds).2f s: %(count)s affected, %(new)s new and %(gone)s "
            "gone since the trace before.",
            seconds=self.trace_duration,
            count=count,
            new=new,
            gone=gone,
        )
        self.message_post(body=" ".join(filter(None, [body, self._get_empty_scope()])))

    def _prepare_trace_notification(self):
        """The client action that tells the outcome and reloads the form."""
        empty = " ".join(filter(None, (case._get_empty_scope() for case in self)))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Scope lines without a result")
                if empty
                else self.env._("Traced"),
                "message": empty or self.env._("The lists of the case are up to date."),
                "type": "warning" if empty else "success",
                "sticky": bool(empty),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
