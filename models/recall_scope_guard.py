from odoo import api, models
from odoo.exceptions import AccessError


class RecallScope(models.Model):
    """Who may change what is suspect, and until when."""

    _inherit = "recall.scope"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # also against a default in the context: the trace alone counts
            vals_list = [dict(vals, seed_count=0) for vals in vals_list]
        lines = super().create(vals_list)
        lines._check_case_open()
        return lines

    def write(self, vals):
        self._check_case_open()
        if "seed_count" in vals and not self.env.su:
            raise AccessError(
                self.env._("How many lots a scope line finds is for the trace to say.")
            )
        res = super().write(vals)
        if "case_id" in vals:
            self._check_case_open()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_if_case_open(self):
        self._check_case_open()

    def _check_case_open(self):
        """Refuse a change of what a closed case, or the case of others, looked for.

        :raise AccessError: when the user may not write the case
        :raise UserError: when the case is closed
        """
        if not self.env.su:
            self.case_id.check_access("write")
            self.case_id._check_action_allowed("scope")
