# Run by Odoo's shell from its standard input: `env` is there, `__file__` is not.
import sys

from odoo.modules.module import get_module_path

sys.path.insert(0, get_module_path("stock_recall") + "/dev")


def main():
    from demo_company.build import build

    build(env)  # noqa: F821
    env.cr.commit()  # noqa: F821


main()
