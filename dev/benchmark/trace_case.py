"""What the rounds of the trace have in common."""

import contextlib
import time

from trace_network import get_seed

from odoo.fields import Command


def create_case(env, lots):
    """A case whose one scope line is the first lot of a network; caches are cold."""
    scope = {"kind": "lot", "lot_ids": [Command.set(get_seed(env, lots).ids)]}
    case = env["recall.case"].create(
        {"title": "Bench", "scope_ids": [Command.create(scope)]}
    )
    env.invalidate_all()
    return case


@contextlib.contextmanager
def timed(env, figures, name):
    """Seconds of the block from cold caches, with what it leaves to be written; the
    commit is not in it."""
    env.invalidate_all()
    began = time.perf_counter()
    yield
    env.flush_all()
    figures[name] = time.perf_counter() - began


def read(env, lots):
    """What the trace reads of lots and deliveries, without storing it.

    :return: ids of lots, rows of exposures
    """
    nothing = env["stock.move.line"]
    findings = env["recall.trace"]._find({"forward": (lots, nothing)}, env.company)
    exposures = env["recall.trace.party"]._read_exposures(findings)
    return {lot for _product, lot in findings.suspects}, exposures
