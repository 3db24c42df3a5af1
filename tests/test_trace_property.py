"""The trace against the oracle, on random supply networks."""

import contextlib
import os

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common import RecallCommon
from .flows import StockFlows, needs
from .networks import CONSIGNEES, PLACES, Network, networks
from .oracle import (
    EVIDENCE,
    INFERRED,
    PRODUCTS,
    TRANSIT,
    Deliver,
    Line,
    Make,
    Receive,
    TakeBack,
    Transfer,
    Unbuild,
    World,
)

MOVING = {"receive": 3, "deliver": 4, "take_back": 3, "transfer": 3}
MOVING |= {"send_back": 1, "scrap": 1, "lose": 1}
MAKING = {"receive": 2, "make": 8, "deliver": 5, "unbuild": 3, "take_back": 3}
MAKING |= {"transfer": 3, "scrap": 0.5, "lose": 0.5}

# What chance seldom brings together: suspect goods without a lot come back into
# another warehouse, a lot is shipped on each kind of evidence, parts of an unbuilt lot
# are used again, and a lot goes into itself.
ROUND_TRIP = (
    Receive("east", (Line("nut", "nut1", 10), Line("salt", None, 4))),
    Make("east", (Line("cookie", None, 2),), (Line("nut", "nut1", 2),)),
    Deliver("east", "Ann", (Line("cookie", None, 1),)),
    TakeBack("west", 0, (Line("cookie", None, 1),)),
    Make("west", (Line("paste", "paste1", 4),), (Line("cookie", None, 1),)),
    Deliver("west", "Bob", (Line("paste", "paste1", 1),)),
    Receive("west", (Line("nut", "nut1", 2),)),
    Make(
        "west",
        (Line("paste", "paste1", 2), Line("paste", "paste2", 2)),
        (Line("nut", "nut1", 1),),
    ),
    Deliver("west", "Bob", (Line("paste", "paste1", 1),)),
    Unbuild("west", 2, Line("paste", "paste2", 2)),
    Make(
        "west",
        (Line("bar", "bar1", 1),),
        (Line("nut", "nut1", 0.5), Line("paste", "paste1", 1)),
    ),
    Make("west", (Line("paste", "paste1", 1),), (Line("bar", "bar1", 1),)),
    Deliver("west", "Bob", (Line("paste", "paste1", 1),)),
    Transfer("west", TRANSIT, (Line("paste", "paste1", 1),)),
)

COLUMNS = ("in", "on_hand", "in_transit", "delivered", "returned", "consumed")
COLUMNS += ("scrapped", "vendor_returned", "adjusted")

# Which of a network's lots a case is opened for.
CHOICE = st.integers(0, 11)
# More examples for a search for errors: RECALL_EXAMPLES=200, a new seed each run.
EXAMPLES = int(os.environ.get("RECALL_EXAMPLES", 0))


def examples(count):
    return settings(
        max_examples=EXAMPLES or count,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


class TraceProperty(StockFlows, RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = {
            name: cls._create_product(name, tracking)
            for name, tracking in PRODUCTS.items()
        }
        cls.consignees = {name: cls._create_partner(name) for name in CONSIGNEES}
        west = cls.new_warehouse("WEST")
        cls.warehouses = dict(zip(PLACES, (cls.warehouse, west), strict=True))
        cls.locations = {
            **{place: cls.warehouses[place].lot_stock_id for place in PLACES},
            TRANSIT: cls.company.internal_transit_location_id,
            "vendors": cls.suppliers,
            "customers": cls.customers,
        }

    @contextlib.contextmanager
    def _network(self, operations):
        """The world after the operations, in the oracle and in Odoo; for a while."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            world, network = World(), Network(self)
            for operation in operations:
                network.run(operation)
                world.apply(operation)
            yield world, network
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
            self.env.transaction.clear()

    def _check(self, operations, choice):
        """Trace from every lot, and open a case for one of them."""
        with self._network(operations) as (world, network):
            if world.lots:
                self._check_trails(world, network)
                seed = world.lots[choice % len(world.lots)]
                self._check_case(world, network, seed)

    # ------------------------------------------------------------------
    # Trails
    # ------------------------------------------------------------------
    def _check_trails(self, world, network):
        """Forward as the oracle says, and backward the other way round."""
        trace = self.env["recall.trace"]
        forward, backward = {}, {}
        for seed in world.lots:
            lot = network.get_lot(seed)
            found = self._get_found(trace._trace_forward(lot, self.company), network)
            self.assertEqual(found, world.get_forward(seed), f"forward from {seed}")
            forward |= {(seed, good): rank for good, rank in found.items() if good[1]}
            found = self._get_found(trace._trace_backward(lot, self.company), network)
            backward |= {(good, seed): rank for good, rank in found.items() if good[1]}
        self.assertEqual(backward, forward)

    def _get_found(self, trail, network):
        goods = self._get_goods(network)
        spread = trail.spread
        # Goods without a lot are inferred, whatever led to them.
        return {
            goods[node]: spread.rank(node) if node[1] else INFERRED
            for node in spread.nodes
        }

    def _get_goods(self, network):
        goods = {(lot.product_id.id, lot.id): key for key, lot in network.lots.items()}
        for name, product in self.products.items():
            goods[product.id, 0] = (name, None)
        return goods

    # ------------------------------------------------------------------
    # Cases
    # ------------------------------------------------------------------
    def _check_case(self, world, network, seed):
        case = self._create_lot_case(network.get_lot(seed))
        case.action_trace()
        goods = self._get_goods(network)
        found = {}
        for row in case.affected_ids:
            good = goods[row.product_id.id, row.lot_id.id or 0]
            found[good] = EVIDENCE.index(row.evidence)
            self._check_balance(world, row, good, seed)
        self.assertEqual(found, world.get_forward(seed), f"affected by {seed}")
        self._check_exposures(world, network, case, seed)

    def _check_balance(self, world, row, good, seed):
        stored = {name: row[f"qty_{name}"] for name in COLUMNS}
        stored = {name: quantity for name, quantity in stored.items() if quantity}
        message = f"balance of {good} for {seed}"
        self.assertEqual(stored, world.get_balance(good, seed), message)
        self.assertEqual(row.qty_unaccounted, 0, message)
        out = row.qty_on_hand + row.qty_in_transit + row.qty_delivered
        out += row.qty_consumed + row.qty_scrapped + row.qty_vendor_returned
        out += row.qty_adjusted - row.qty_returned
        self.assertEqual(row.qty_in, out, message)

    def _check_exposures(self, world, network, case, seed):
        goods = self._get_goods(network)
        found = {}
        for row in case.exposure_ids:
            lot = row.move_line_id.lot_id
            good = goods[row.move_line_id.product_id.id, lot.id or 0]
            self.assertEqual(row.qty_net, row.qty_delivered - row.qty_returned)
            found[network.pickings.index(row.picking_id), good] = (
                row.partner_id.name,
                row.qty_delivered,
                row.qty_returned,
                EVIDENCE.index(row.evidence),
            )
        self.assertEqual(found, world.get_exposures(seed), f"exposed to {seed}")


@tagged("post_install", "-at_install")
class TestTraceMoving(TraceProperty):
    @given(networks(MOVING), CHOICE)
    @examples(5)
    def test_moving(self, operations, choice):
        self._check(operations, choice)


@needs("mrp")
@tagged("post_install", "-at_install")
class TestTraceMaking(TraceProperty):
    @given(networks(MAKING), CHOICE)
    @example(ROUND_TRIP, 2)
    @examples(11)
    def test_making(self, operations, choice):
        self._check(operations, choice)
