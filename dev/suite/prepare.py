# Run by Odoo's shell from its standard input: `env` is there, `__file__` is not.
from odoo.modules import module

from odoo.addons.stock_recall.tests.common import RecallCommon

# What a page of the backend and Odoo's runner of unit tests load.
SCRIPTS = [
    "web.__assets_tests_call__",
    "web.assets_tests",
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.assets_web",
]
STYLES = [*SCRIPTS, "web.assets_web_print"]


def main():
    """Leave in the database what each class of tests would else make for itself, and
    each tour: Odoo too makes the bundles before it runs its own."""
    module.current_test = RecallCommon  # without it a company has no warehouse
    RecallCommon.env = env  # noqa: F821
    RecallCommon._set_up_people()
    for bundle in SCRIPTS:
        env["ir.qweb"]._get_asset_bundle(bundle, css=False).js()  # noqa: F821
    for bundle in STYLES:
        env["ir.qweb"]._get_asset_bundle(bundle, js=False).css()  # noqa: F821
    env.cr.commit()  # noqa: F821


main()
