"""What an installation does by its hook, and what cases of before did not keep."""

from odoo import SUPERUSER_ID, api

from odoo.addons.stock_recall.hooks import create_quarantines


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    create_quarantines(env)
    _keep_traced_scopes(env)


def _keep_traced_scopes(env):
    """Cases keep now what their last trace looked for: where no line was written since
    then, it is what they say today. Others ask for a new trace."""
    cases = env["recall.case"].with_context(active_test=False)
    domain = [("traced_at", "!=", False), ("traced_scope", "=", False)]
    for case in cases.search(domain):
        if all(line.write_date <= case.traced_at for line in case.scope_ids):
            case.traced_scope = case._get_scope_fingerprint()
