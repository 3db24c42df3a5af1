def create_quarantines(env):
    """Give the warehouses that exist already, archived ones too, their quarantine."""
    _get_warehouses(env)._create_missing_recall_quarantine()


def clean_up(env):
    """Leave no quarantine behind, but where it holds goods or was ever used."""
    _get_warehouses(env)._remove_recall_quarantine()
    # Odoo files selections and parents of our models under the modules that they come
    # from, and would leave these names behind.
    names = env["ir.model.data"].search(
        [
            ("module", "!=", "stock_recall"),
            ("model", "in", ["ir.model.fields.selection", "ir.model.inherit"]),
            ("name", "=like", r"%\_\_recall\_%"),
        ]
    )
    names.unlink()


def _get_warehouses(env):
    return env["stock.warehouse"].with_context(active_test=False).search([])
