"""How much memory the server's process takes for a big trace."""

import re

from trace_case import create_case

LOTS = 10_000


def set_up(env):
    """A small trace, so that what every one needs is there."""
    create_case(env, 100).action_trace()
    env.flush_all()
    env.cr.rollback()


def run_round(env):
    case = create_case(env, LOTS)
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")  # the peak begins anew
    before = _read_memory("VmRSS")
    case.action_trace()
    env.flush_all()
    peak = _read_memory("VmHWM")
    assert len(case.affected_ids) == LOTS, len(case.affected_ids)
    return {"megabytes": peak - before}


def _read_memory(name):
    with open("/proc/self/status") as status:
        return int(re.search(rf"{name}:\s+(\d+) kB", status.read())[1]) / 1024
