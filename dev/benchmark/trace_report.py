"""A case of 800 lots traced and stored, and Odoo's traceability report of each of them.

The report is called as its client does: lot by lot, and once for each line that is
unfolded, each call a request that begins with empty caches. How long it would take if
the caches were kept from the first call to the last is measured as well, for the part
of it that requests by themselves are to blame for.

It takes minutes, so each round unfolds a share of the lots: all rounds together, all.
"""

from trace_case import create_case, timed
from trace_network import get_seed

LOTS = 800
shares = []


def set_up(env, rounds):
    """What every round needs is loaded before the first: there is none to warm up.

    :param rounds: in how many rounds the report is unfolded for all lots
    """
    shares.extend(slice(start, None, rounds) for start in range(rounds))
    create_case(env, LOTS).action_trace()
    list(_unfold(get_seed(env, LOTS), True))
    env.flush_all()
    env.cr.rollback()


def run_round(env):
    figures = {}
    case = create_case(env, LOTS)
    with timed(env, figures, "trace"):
        case.action_trace()
    assert len(case.affected_ids) == LOTS, len(case.affected_ids)
    lots = case.affected_ids.lot_id[shares.pop()]
    for name, is_cold in (("report", True), ("report kept", False)):
        with timed(env, figures, name):
            shown = {line["lot_id"] for lot in lots for line in _unfold(lot, is_cold)}
        assert shown >= set(lots.ids)
    return figures


def _unfold(lot, is_cold):
    """All lines that the report of a lot shows when every one is unfolded.

    :param is_cold: forget before each call what earlier ones read
    """
    report = lot.env["stock.traceability.report"]

    def call(method, *args, **kwargs):
        if is_cold:
            lot.env.invalidate_all()
        return getattr(report, method)(*args, **kwargs)

    context = {"active_id": lot.id, "model": "stock.lot", "lot_name": False}
    lines = call("get_main_lines", context)
    while lines:
        line = lines.pop()
        yield line
        if line["unfoldable"]:
            lines += call(
                "get_lines",
                line["id"],
                model_id=line["model_id"],
                model_name=line["model"],
                level=line["level"] + 30,
            )
