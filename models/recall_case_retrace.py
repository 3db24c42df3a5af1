import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import retrying

from .recall_case import OPEN_STATES
from .recall_hold_settle import PATIENCE

_logger = logging.getLogger(__name__)


class RecallCase(models.Model):
    """The trace that follows a hold by itself."""

    _inherit = "recall.case"

    followed_hold_count = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many holds of this case, released ones included, the re-trace has "
        "seen. A hold that it has not seen is followed by another: comparing dates "
        "could not tell, as a trace sees what was there when it began.",
    )
    followed_loss_count = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many of the documents that lost goods to this case the re-trace has "
        "seen without them: a trace before has found the goods on their way there.",
    )

    @api.model
    def _trigger_retrace(self):
        cron = self.env.ref("stock_recall.ir_cron_recall_retrace")
        # sudo: the trigger carries nothing from the user
        cron.sudo()._trigger()

    @api.model
    def _cron_retrace_held(self):
        """Trace again where goods were held after the last trace.

        The transaction of a hold sees what was there when it began, and holds what the
        trace before it found. What shipped or was made since then shows in a trace that
        begins after it: what that one finds newly is held too, while lots that somebody
        has released meanwhile stay released.

        It does not wait until all reservations are broken. What it found on its way is
        there no more then, and is traced again.
        """
        cases = self._get_cases_to_retrace()
        self.env["ir.cron"]._commit_progress(remaining=len(cases))
        is_any_busy = False
        for case in cases:
            # Who holds other goods meanwhile may win a conflict over a gate.
            if not retrying(case._retrace_held, self.env):
                is_any_busy = True
            elif not self.env["ir.cron"]._commit_progress(1):
                break
        if is_any_busy:
            time.sleep(PATIENCE)  # Odoo starts a cron with work left again at once

    def _retrace_held(self):
        """Trace a case again, and hold what is found newly after a hold.

        :return: whether that is over, even where the trace was refused; not when
            somebody else is at the case
        """
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        try:
            with self.env.cr.savepoint():
                case = self._with_holder()
                is_held = len(case.hold_ids) > case.followed_hold_count
                case.followed_hold_count = len(case.hold_ids)
                case.followed_loss_count = len(case.interruption_ids)
                case._trace()
                if is_held:
                    case._hold(newly=True)
        except UserError as error:
            _logger.warning("%s is not traced again: %s", self.name, error)
        return True

    def _with_holder(self):
        """This case, for who held last: what follows from a hold is their doing, which
        somebody else has to release."""
        active = Domain("case_id", "=", self.id) & Domain("state", "=", "active")
        hold = self.env["recall.hold"].search(active, limit=1)
        # sudo: they were allowed to when they pressed the button
        return self.with_user(hold.placed_by).sudo()

    @api.model
    def _get_cases_to_retrace(self):
        """Open cases with something on hold, and a hold, or a document that lost goods
        to one, that no re-trace has seen."""
        domain = Domain("state", "in", OPEN_STATES)
        domain &= Domain("hold_ids.state", "=", "active")
        held = Domain("case_id", "any", domain)
        due = self.browse()
        for model, followed in (
            ("recall.hold", "followed_hold_count"),
            ("recall.interruption", "followed_loss_count"),
        ):
            counts = self.env[model]._read_group(held, ["case_id"], ["__count"])
            due = due.union(*(case for case, count in counts if count > case[followed]))
        return due
