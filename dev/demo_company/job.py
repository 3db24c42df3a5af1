"""The main job: from the vendor's lot number to what is where, and who has it; and
from complaints to what they have in common."""

import json

from odoo.fields import Command

from . import granola, people, report
from .catalogue import LOT_OF_THE_RECALL

LOGIN = "quality"
TITLE = f"Salmonella in roasted peanuts, vendor lot {LOT_OF_THE_RECALL}"
COMPLAINTS_TITLE = "Granola smells rancid: six complaints"
OPEN = ("draft", "evaluation", "approval", "ongoing")


def run(env, file=None):
    """Open the case, or the one that is there already, trace and print it.

    Done as a member of the recall team and not as the superuser: what is printed is
    what such a person sees.

    :param file: where to write the page of the case and the logins, as JSON
    """
    user = env["res.users"].search([("login", "=", LOGIN)]).ensure_one()
    companies = user.company_id | user.company_ids
    env = env(user=user, context={"allowed_company_ids": companies.ids})
    case = _get_case(env, TITLE, _prepare_vendor_lot())
    complaints = _get_case(env, COMPLAINTS_TITLE, _prepare_complaints(env))
    for traced in (case, complaints):
        traced.action_trace()
    ranking = _rank(complaints)
    env.cr.commit()
    print(report.render(case))
    print(report.render_ranking(complaints, ranking))
    if file:
        with open(file, "w", encoding="utf-8") as output:
            json.dump(_prepare_way_in(case, complaints), output)


def _rank(case):
    action = case.action_rank_causes()
    return case.env[action["res_model"]].browse(action["res_id"])


def _prepare_way_in(case, complaints):
    page = f"/odoo/recalls/{case.id}"
    return {
        "case_path": page,
        "picture_path": f"{page}/recall-genealogy",
        "causes_path": f"/odoo/recalls/{complaints.id}/recall-causes",
        "logins": people.logins(),
    }


def _get_case(env, title, scope):
    """The case of an earlier run, as long as it is open, or a new one."""
    cases = env["recall.case"]
    domain = [("title", "=", title), ("state", "in", OPEN)]
    vals = {
        "title": title,
        "recall_type": "recall",
        "scope_ids": [Command.create(scope)],
    }
    return cases.search(domain, limit=1) or cases.create(vals)


def _prepare_vendor_lot():
    return {
        "kind": "vendor_lot",
        "vendor_lot": LOT_OF_THE_RECALL,
        "direction": "forward",
    }


def _prepare_complaints(env):
    lots = env["stock.lot"].search([("name", "in", granola.COMPLAINTS)])
    return {"kind": "lot", "lot_ids": [Command.set(lots.ids)]}
