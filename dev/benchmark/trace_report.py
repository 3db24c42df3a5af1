"""A case of 800 lots traced and stored, and Odoo's traceability report of each of them.

The report is called as its client does, lot by lot, and every line is unfolded. It
keeps Odoo's caches from the first call to the last, while a client's calls each begin
without: that spares it time.
"""

from trace_case import create_case, timed

LOTS = 800


def set_up(env):
    pass


def run_round(env):
    figures = {}
    case = create_case(env, LOTS)
    with timed(env, figures, "trace"):
        case.action_trace()
    lots = case.affected_ids.lot_id
    assert len(lots) == LOTS, len(lots)
    with timed(env, figures, "report"):
        shown = set().union(*(_unfold(env, lot) for lot in lots))
    assert shown >= set(lots.ids)
    return figures


def _unfold(env, lot):
    """Ids of the lots that the report of one shows."""
    report = env["stock.traceability.report"]
    lines = report.get_main_lines(
        {"active_id": lot.id, "model": "stock.lot", "lot_name": False}
    )
    shown = set()
    while lines:
        line = lines.pop()
        shown.add(line["lot_id"])
        if line["unfoldable"]:
            lines += report.get_lines(
                line["id"],
                model_id=line["model_id"],
                model_name=line["model"],
                level=line["level"] + 30,
            )
    return shown
