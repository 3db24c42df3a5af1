from odoo import SUPERUSER_ID, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class RecallDeletion(models.AbstractModel):
    """A record whose `ondelete` guards hold whatever the context says.

    Odoo skips guards for its own flag of the removal of a module, which any caller may
    send. A module is removed by the superuser itself, not by what somebody runs as
    superuser.
    """

    _name = "recall.deletion"
    _description = "Guarded Deletion"

    def unlink(self):
        records = self
        if self.env.uid != SUPERUSER_ID and self.env.context.get(MODULE_UNINSTALL_FLAG):
            records = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        return super(RecallDeletion, records).unlink()
