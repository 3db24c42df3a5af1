"""The ranking of causes, plain: planted causes in random networks."""

from random import Random

from odoo.tests import BaseCase

from ..tools.causes import get_score, rank_causes, spread_masks

NETWORKS = 400


class Network:
    """Three levels of lots, where each has a vendor, a receipt or an order, a work
    centre, a place and a day; one of these is bad, and makes some of the lots that it
    went into complaints. In some networks complaints that have another cause are
    among them."""

    def __init__(self, number, noise=0):
        self.random = Random(number)
        self.reach = {}
        self.edges = []
        raw = [("raw", n) for n in range(self.random.randint(8, 40))]
        mixes = [("mix", n) for n in range(self.random.randint(10, 60))]
        self.goods = [("bar", n) for n in range(self.random.randint(60, 400))]
        self._make(mixes, raw)
        self._make(self.goods, mixes)
        self.bits = {lot: 1 << n for n, lot in enumerate(self.goods)}
        self.masks = spread_masks(self.bits, self.edges)
        for level in (raw, mixes, self.goods):
            self._befall(level)
        for lot in raw + mixes:
            self._add("lot", lot, lot)
        self._plant(noise)

    def _make(self, products, sources):
        for product in products:
            for source in self.random.sample(sources, self.random.randint(1, 3)):
                self.edges.append((product, source))

    def _befall(self, lots):
        for position, lot in enumerate(lots):
            for kind, count in (("party", 6), ("place", 5), ("workcenter", 4)):
                self._add(kind, (lot[0], self.random.randrange(count)), lot)
            self._add("day", (lot[0], position // 8), lot)
            self._add("document", (lot[0], position // 3), lot)

    def _add(self, kind, key, lot):
        key = (kind, key)
        self.reach[key] = self.reach.get(key, 0) | self.masks.get(lot, 0)

    def _plant(self, noise):
        """Choose what is bad among what at least 6 lots and at most a third of all
        have in common: nobody can find what everything has in common."""
        most = len(self.goods) // 3
        self.cause = self.random.choice(
            sorted(k for k, m in self.reach.items() if 6 <= m.bit_count() <= most)
        )
        bad = [lot for lot in self.goods if self.reach[self.cause] & self.bits[lot]]
        share = self.random.uniform(0.5, 1)
        count = max(5, round(len(bad) * share))
        chosen = self.random.sample(bad, min(count, len(bad)))
        chosen += self.random.sample(self.goods, noise)
        self.complaints = sum(self.bits[lot] for lot in set(chosen))

    def rank(self):
        return rank_causes(self.complaints, (1 << len(self.goods)) - 1, self.reach)

    def is_found(self):
        """First, or second to what went into the very same lots, which no records of
        complaints can tell from it."""
        first = self.rank()[0].key
        return self.reach[first] == self.reach[self.cause]


class TestCauses(BaseCase):
    def test_planted_cause_is_first(self):
        found = [Network(number).is_found() for number in range(NETWORKS)]
        share = sum(found) / NETWORKS
        self.assertGreaterEqual(share, 0.95)

    def test_planted_cause_among_complaints_of_other_causes(self):
        found = [Network(number, noise=2).is_found() for number in range(NETWORKS)]
        share = sum(found) / NETWORKS
        self.assertGreaterEqual(share, 0.95)

    def test_score_by_hand(self):
        """All 2 complaints among the 2 lots of 4: one of 6 ways to draw them."""
        self.assertAlmostEqual(10 ** -get_score(2, 2, 2, 4), 1 / 6)
        self.assertAlmostEqual(10 ** -get_score(1, 2, 2, 4), 5 / 6)
        self.assertAlmostEqual(get_score(2, 4, 2, 4), 0, msg="went into everything")
        self.assertGreater(get_score(5000, 5000, 5000, 10000), 1000, "no underflow")

    def test_order(self):
        """More complaints first, then fewer innocent lots; what explains none is not
        in it."""
        complaints, population = 0b1111, (1 << 40) - 1
        reach = {
            "all": population,
            "three": 0b0111,
            "four": 0b1111,
            "four and innocent": 0b11111111,
            "none": 0b11110000,
        }
        keys = [cause.key for cause in rank_causes(complaints, population, reach)]

        self.assertEqual(keys, ["four", "three", "four and innocent", "all"])

    def test_ties_are_counted(self):
        reach = {"a": 0b11, "b": 0b11, "c": 0b1}
        causes = rank_causes(0b11, 0b1111, reach)

        self.assertEqual([cause.ties for cause in causes], [1, 1, 0])

    def test_cycle(self):
        """Rework of a lot into itself."""
        masks = spread_masks(
            {"bar": 1}, [("bar", "mix"), ("mix", "mash"), ("mash", "mix")]
        )

        self.assertEqual(masks, {"bar": 1, "mix": 1, "mash": 1})
