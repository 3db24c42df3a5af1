# Run by Odoo's shell from its standard input: `env` is there, `__file__` is not.
import os
import sys

from odoo.modules.module import get_module_path

sys.path.insert(0, get_module_path("stock_recall") + "/dev")


def main():
    from demo_company.job import run

    run(env, os.environ.get("STOCK_RECALL_JOB_FILE"))  # noqa: F821


main()
