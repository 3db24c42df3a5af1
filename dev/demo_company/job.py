"""The main job: from the vendor's lot number to what is where, and who has it."""

import json

from odoo.fields import Command

from . import people, report
from .catalogue import LOT_OF_THE_RECALL

LOGIN = "quality"
TITLE = f"Salmonella in roasted peanuts, vendor lot {LOT_OF_THE_RECALL}"


def run(env, file=None):
    """Open the case, or the one that is there already, trace and print it.

    Done as a member of the recall team and not as the superuser: what is printed is
    what such a person sees.

    :param file: where to write the page of the case and the logins, as JSON
    """
    user = env["res.users"].search([("login", "=", LOGIN)]).ensure_one()
    companies = user.company_id | user.company_ids
    env = env(user=user, context={"allowed_company_ids": companies.ids})
    case = _get_case(env)
    case.action_trace()
    env.cr.commit()
    print(report.render(case))
    if file:
        with open(file, "w", encoding="utf-8") as output:
            json.dump(_prepare_way_in(case), output)


def _prepare_way_in(case):
    page = f"/odoo/recalls/{case.id}"
    return {
        "case_path": page,
        "picture_path": f"{page}/recall-genealogy",
        "logins": people.logins(),
    }


def _get_case(env):
    """The case of an earlier run, as long as it is open, or a new one."""
    cases = env["recall.case"]
    domain = [
        ("scope_ids.vendor_lot", "=", LOT_OF_THE_RECALL),
        ("title", "=", TITLE),
        ("state", "in", ("draft", "evaluation", "approval", "ongoing")),
    ]
    return cases.search(domain, limit=1) or cases.create(_prepare_case())


def _prepare_case():
    scope = {
        "kind": "vendor_lot",
        "vendor_lot": LOT_OF_THE_RECALL,
        "direction": "forward",
    }
    return {
        "title": TITLE,
        "recall_type": "recall",
        "scope_ids": [Command.create(scope)],
    }
