"""The plain Python of the trace against brute force."""

from collections import defaultdict
from itertools import permutations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.genealogy import ALWAYS, EXACT, INFERRED, ORDER, Edge, Spread
from ..tools.netting import net_returns
from ..tools.pool import Flow, Pool

many = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)

NODES = [(product, lot) for product in (1, 2) for lot in (1, 2, 3)]
RANKS = (EXACT, ORDER, INFERRED)


def edge(origin, target, leaves, arrives=None, rank=EXACT):
    arrives = leaves if arrives is None else arrives
    return Edge(origin, target, leaves, arrives, rank, "production", 1, 2, "", None)


# ------------------------------------------------------------------
# Genealogy
# ------------------------------------------------------------------
@st.composite
def edges(draw):
    found = []
    for __ in range(draw(st.integers(0, 7))):
        origin, target = (draw(st.sampled_from(NODES)) for __ in range(2))
        leaves = draw(st.integers(0, 6))
        arrives = leaves + draw(st.integers(0, 2))
        rank = draw(st.sampled_from(RANKS))
        found.append(edge(origin, target, leaves, arrives, rank))
    return found


def walks(seed, all_edges):
    """Every (node, time, rank) that some sequence of different edges leads to, each
    leaving no sooner than the one before arrived."""
    reached = {(seed, ALWAYS, EXACT)}
    for size in range(1, min(4, len(all_edges)) + 1):
        for path in permutations(all_edges, size):
            node, time, rank = seed, ALWAYS, EXACT
            for step in path:
                if step.origin != node or step.leaves < time:
                    break
                node, time, rank = step.target, step.arrives, max(rank, step.rank)
            else:
                reached.add((node, time, rank))
    return reached


def close(seed, all_edges):
    """The same without a limit to the number of edges: states until none is new."""
    reached = {(seed, ALWAYS, EXACT)}
    while True:
        more = {
            (step.target, step.arrives, max(rank, step.rank))
            for node, time, rank in reached
            for step in all_edges
            if step.origin == node and step.leaves >= time
        }
        if more <= reached:
            return reached
        reached |= more


@tagged("post_install", "-at_install")
class TestGenealogy(BaseCase):
    @many
    @given(edges(), st.sampled_from(NODES))
    def test_spread_is_the_union_of_all_walks(self, all_edges, seed):
        reached = close(seed, all_edges)
        self.assertLessEqual(walks(seed, all_edges[:5]), reached)
        spread = Spread([seed], all_edges)
        self.assertEqual(set(spread.nodes), {node for node, *__ in reached})
        for node in spread.nodes:
            ways = [(time, rank) for name, time, rank in reached if name == node]
            self.assertEqual(spread.since(node), min(time for time, __ in ways))
            self.assertEqual(spread.rank(node), min(rank for __, rank in ways))
            for moment in range(9):
                ranks = [rank for time, rank in ways if time <= moment]
                self.assertEqual(spread.rank_at(node, moment), min(ranks, default=None))

    @many
    @given(edges())
    def test_backward_is_forward_transposed(self, all_edges):
        mirrored = [step.mirrored() for step in all_edges]
        forward, backward = {}, {}
        for seed in NODES:
            spread = Spread([seed], all_edges)
            forward |= {(seed, node): spread.rank(node) for node in spread.nodes}
            spread = Spread([seed], mirrored)
            backward |= {(node, seed): spread.rank(node) for node in spread.nodes}
        self.assertEqual(backward, forward)

    @many
    @given(edges(), st.sets(st.sampled_from(NODES), min_size=1, max_size=3))
    def test_several_seeds_spread_as_each_of_them(self, all_edges, seeds):
        spread = Spread(seeds, all_edges)
        each = [Spread([seed], all_edges) for seed in seeds]
        for node in NODES:
            single = [part for part in each if node in part.nodes]
            self.assertEqual(node in spread.nodes, bool(single))
            if single:
                best = min(part.rank(node) for part in single)
                self.assertEqual(spread.rank(node), best)

    @many
    @given(edges(), st.sampled_from(NODES))
    def test_late_nodes_add_only_inferred_ones(self, all_edges, seed):
        plain = Spread([seed], all_edges)
        late = Spread([seed], all_edges, late=set(NODES))
        self.assertLessEqual(plain.nodes, late.nodes)
        for node in late.nodes:
            expected = plain.rank(node) if node in plain.nodes else INFERRED
            self.assertEqual(late.rank(node), expected)

    def test_what_left_before_is_not_reached(self):
        a, b, c = NODES[:3]
        spread = Spread([a], [edge(b, c, 1), edge(a, b, 2)])
        self.assertEqual(set(spread.nodes), {a, b})
        self.assertEqual(spread.conflicts(), {b})

    def test_better_evidence_may_come_later(self):
        a, b = NODES[:2]
        spread = Spread([a], [edge(a, b, 1, rank=ORDER), edge(a, b, 2)])
        self.assertEqual(spread.rank(b), EXACT)
        self.assertEqual(
            [spread.rank_at(b, t) for t in (0, 1, 2)], [None, ORDER, EXACT]
        )

    def test_depth_is_the_shortest_way(self):
        a, b, c = NODES[:3]
        spread = Spread([a], [edge(a, b, 1), edge(b, c, 2), edge(a, c, 3)])
        self.assertEqual(spread.depths({a: 0}), {a: 0, b: 1, c: 1})


# ------------------------------------------------------------------
# Goods without a lot
# ------------------------------------------------------------------
PLACES = ("east", "west")


@st.composite
def histories(draw):
    """Flows, one at a time, that never take more than there is; the stock before."""
    opening = {place: draw(st.integers(0, 2)) for place in PLACES}
    levels, flows = dict(opening), []
    for time in range(1, draw(st.integers(1, 9)) + 1):
        source = draw(st.sampled_from((None, *PLACES)))
        targets = [place for place in (None, *PLACES) if place != source]
        target = draw(st.sampled_from(targets))
        most = min(levels.get(source, 3), 3)
        if not most:
            continue
        quantity = draw(st.integers(1, most))
        for place, sign in ((source, -1), (target, 1)):
            if place:
                levels[place] += sign * quantity
        usages = [place and "internal" or "customer" for place in (source, target)]
        flows.append(Flow(time, time, quantity, source, target, *usages))
    return opening, flows


def possible(opening, flows, bad):
    """Lines that may carry a bad unit: all the ways in which units can be picked,
    where only the number of bad ones in each place matters."""
    worlds = {tuple(sorted(dict.fromkeys(PLACES, 0).items()))}
    levels, carrying = dict(opening), set()
    for flow in flows:
        after = set()
        for world in worlds:
            counts = dict(world)
            good = levels[flow.source] - counts[flow.source] if flow.source else 0
            if flow.line in bad:
                taken = [flow.quantity]
            elif flow.source:
                least = max(0, flow.quantity - good)
                taken = range(least, min(counts[flow.source], flow.quantity) + 1)
            else:
                taken = [0]
            for number in taken:
                then = dict(counts)
                if flow.source:
                    then[flow.source] -= number
                    if number:
                        carrying.add(flow.line)
                if flow.target:
                    then[flow.target] += number
                after.add(tuple(sorted(then.items())))
        worlds = after
        for place, sign in ((flow.source, -1), (flow.target, 1)):
            if place:
                levels[place] += sign * flow.quantity
    return carrying, {place for world in worlds for place, count in world if count}


def follow(opening, flows, bad):
    arrivals = [(flow.target, flow.time) for flow in flows if flow.line in bad]
    levels = {(place, None): level for place, level in opening.items()}
    return Pool(flows, levels).follow(arrivals)


@st.composite
def suspicions(draw):
    """A history, and one or two lines in it that brought bad goods from outside."""
    opening, flows = draw(histories())
    incoming = [flow.line for flow in flows if not flow.source]
    if not incoming:
        return opening, flows, set()
    lines = st.sets(st.sampled_from(incoming), min_size=1, max_size=2)
    return opening, flows, draw(lines)


@tagged("post_install", "-at_install")
class TestPool(BaseCase):
    @many
    @given(suspicions())
    def test_all_that_may_be_bad_and_nothing_else(self, suspicion):
        opening, flows, bad = suspicion
        windows = follow(opening, flows, bad)
        departures = {flow.line for window in windows for flow in window.departures}
        open_places = {window.place for window in windows if window.end is None}
        carrying, places = possible(opening, flows, bad)
        self.assertEqual(departures, carrying)
        self.assertEqual(open_places, places)

    @many
    @given(suspicions())
    def test_windows_balance(self, suspicion):
        opening, flows, bad = suspicion
        windows = follow(opening, flows, bad)
        came = sum(window.opening + sum(window.arrived.values()) for window in windows)
        left = sum(sum(window.left.values()) for window in windows)
        levels = defaultdict(int, opening)
        for flow in flows:
            levels[flow.source] -= flow.quantity
            levels[flow.target] += flow.quantity
        there = sum(levels[window.place] for window in windows if window.end is None)
        self.assertEqual(came, left + there)

    def test_unstocked_goods_are_never_known_to_be_gone(self):
        flows = [
            Flow(1, 1, 1, None, "east", "production", "internal"),
            Flow(2, 2, 1, "east", None, "internal", "customer"),
            Flow(3, 3, 1, "east", None, "internal", "customer"),
        ]
        windows = Pool(flows, {}, keeps_stock=False).follow([("east", 1)])
        self.assertEqual([flow.line for flow in windows[0].departures], [2, 3])
        self.assertIsNone(windows[0].end)

    def test_a_place_is_empty_when_each_of_its_shelves_is(self):
        came = ("production", "internal", None, "a")
        gone = ("internal", "customer")
        flows = [
            Flow(1, 1, 5, None, "east", *came),
            Flow(2, 2, 5, "east", None, *gone, "b", None),
            Flow(3, 3, 5, "east", None, *gone, "a", None),
        ]
        (window,) = Pool(flows, {}).follow([("east", 1)])
        self.assertEqual([flow.line for flow in window.departures], [2, 3])

    def test_goods_short_before_the_arrival_may_be_the_bad_ones(self):
        flows = [
            Flow(1, 1, 1, "east", None, "internal", "customer"),
            Flow(2, 2, 1, None, "east", "production", "internal"),
        ]
        windows = Pool(flows, {("east", None): 0}).follow([("east", 2)])
        self.assertIn(
            1, [flow.line for window in windows for flow in window.departures]
        )


# ------------------------------------------------------------------
# Returns
# ------------------------------------------------------------------
@st.composite
def deals(draw):
    """Deliveries, and returns of no more than each consignee has of a lot."""
    deliveries, returns = [], []
    for line in range(1, draw(st.integers(1, 5)) + 1):
        deliveries.append(
            {
                "line": line,
                "key": draw(st.sampled_from("ab")),
                "move": 10 * line,
                "partner": draw(st.sampled_from("xyz")),
                "time": line,
                "quantity": draw(st.integers(1, 4)),
                "serial": False,
            }
        )
    out = {delivery["line"]: delivery["quantity"] for delivery in deliveries}
    for step in range(draw(st.integers(0, 4))):
        delivery = draw(st.sampled_from(deliveries))
        most = out[delivery["line"]]
        if most:
            quantity = draw(st.integers(1, most))
            out[delivery["line"]] -= quantity
            linked = draw(st.booleans())
            returns.append(
                {
                    "key": delivery["key"],
                    "origin_move": delivery["move"] if linked else None,
                    "partner": delivery["partner"],
                    "time": 10 + step,
                    "quantity": quantity,
                }
            )
    return deliveries, returns


def total(rows, *names):
    sums = defaultdict(float)
    for row in rows:
        sums[tuple(row[name] for name in names)] += row["quantity"]
    return sums


@tagged("post_install", "-at_install")
class TestNetting(BaseCase):
    @many
    @given(deals())
    def test_what_comes_back_is_set_off_once(self, deal):
        deliveries, returns = deal
        returned = net_returns(deliveries, returns)
        back = [dict(row, quantity=returned[row["line"]]) for row in deliveries]
        for row, delivery in zip(back, deliveries, strict=True):
            self.assertGreaterEqual(row["quantity"], 0)
            self.assertLessEqual(row["quantity"], delivery["quantity"])
        expected = total(returns, "key", "partner")
        for pair, quantity in total(back, "key", "partner").items():
            self.assertEqual(quantity, expected[pair])

    @many
    @given(deals())
    def test_a_return_of_a_move_comes_off_that_move(self, deal):
        deliveries, returns = deal
        linked = [row for row in returns if row["origin_move"]]
        expected = total(linked, "origin_move")
        returned = net_returns(deliveries, linked)
        for delivery in deliveries:
            quantity = returned[delivery["line"]]
            self.assertEqual(quantity, expected[delivery["move"],])

    @many
    @given(deals(), st.randoms())
    @example(([], []), None)
    def test_the_order_of_rows_does_not_matter(self, deal, random):
        deliveries, returns = deal
        expected = dict(net_returns(deliveries, returns))
        if random:
            random.shuffle(deliveries)
        self.assertEqual(dict(net_returns(deliveries, returns)), expected)

    def test_a_serial_number_comes_back_from_anyone(self):
        sold = {"line": 1, "key": "s", "move": 10, "partner": "x", "time": 1}
        sold |= {"quantity": 1, "serial": True}
        back = {"key": "s", "origin_move": None, "partner": "y", "time": 2}
        back |= {"quantity": 1}
        self.assertEqual(net_returns([sold], [back])[1], 1)

    def test_goods_do_not_come_back_before_they_left(self):
        sold = {"line": 1, "key": "a", "move": 10, "partner": "x", "time": 5}
        sold |= {"quantity": 1, "serial": False}
        back = {"key": "a", "origin_move": None, "partner": "x", "time": 2}
        back |= {"quantity": 1}
        self.assertEqual(net_returns([sold], [back])[1], 0)
