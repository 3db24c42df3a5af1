"""The plain Python of the picture."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.layout import Layout
from ..tools.picture import CARDS as FEW
from ..tools.picture import UNFOLDED, Cards, add_up

CARDS = "abcdefgh"

many = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
links = st.lists(st.tuples(st.sampled_from(CARDS), st.sampled_from(CARDS)))
heights = st.lists(st.integers(20, 90), min_size=len(CARDS), max_size=len(CARDS)).map(
    lambda sizes: dict(zip(CARDS, sizes, strict=True))
)


def lay_out(text, **options):
    """A layout of links in words: "ab bc" leads from a over b to c."""
    pairs = [tuple(pair) for pair in text.split()]
    cards = dict.fromkeys((card for pair in pairs for card in pair), 40)
    return Layout(cards, pairs, **options)


@tagged("-at_install", "post_install")
class TestLayout(BaseCase):
    def test_a_card_is_behind_all_that_leads_to_it(self):
        layout = lay_out("ab bc ac cd ad")

        self.assertEqual(layout.column, {"a": 0, "b": 1, "c": 2, "d": 3})

    def test_what_nothing_leads_to_is_near_to_what_it_leads_to(self):
        self.assertEqual(lay_out("ab bc cd xd").column["x"], 2)

    def test_vendors_are_first_and_consignees_last(self):
        layout = lay_out("va ab bc ax cy", first="v", last="xy")

        self.assertEqual(layout.cards(0), ["v"])
        self.assertCountEqual(layout.cards(4), ["x", "y"])

    def test_what_has_no_vendor_is_not_among_the_vendors(self):
        layout = lay_out("va ab sb", first="v")

        self.assertEqual(layout.cards(0), ["v"])
        self.assertEqual(layout.column["s"], 1)

    def test_a_card_without_links_has_a_place(self):
        layout = Layout({"a": 40, "b": 60}, [])

        self.assertEqual(layout.column_count, 1)
        self.assertEqual(layout.height, 40 + layout.gap + 60)

    def test_no_cards(self):
        layout = Layout({}, [])

        self.assertEqual((layout.column_count, layout.height), (0, 0))

    def test_a_cycle_is_drawn_backwards_once(self):
        layout = lay_out("ab bc ca")

        self.assertEqual(layout.column, {"a": 0, "b": 1, "c": 2})
        route = layout.route(("c", "a"))
        self.assertEqual([column for column, _y in route], [2, 1, 0])

    def test_links_both_ways(self):
        layout = lay_out("ab ba")

        self.assertEqual([x for x, _y in layout.route(("a", "b"))], [0, 1])
        self.assertEqual([x for x, _y in layout.route(("b", "a"))], [1, 0])

    def test_a_link_to_itself_is_left_out(self):
        self.assertEqual(lay_out("aa ab").links, [("a", "b")])

    def test_crossings_that_need_not_be_are_not(self):
        """Two trees whose leaves begin in the wrong order."""
        layout = lay_out("az bx cy bz ax cw")

        self.assertEqual(layout.crossings, 1)
        self.assertEqual(lay_out("az bx cy zn xm yo").crossings, 0)

    def test_a_chain_is_straight(self):
        layout = lay_out("ab bc cd de")

        self.assertEqual(set(layout.y.values()), {0})

    def test_a_long_link_passes_the_cards_between(self):
        """It has room of its own in the columns that it passes."""
        layout = lay_out("ab bc cd ad")
        for column, y in layout.route(("a", "d"))[1:-1]:
            for card in layout.cards(column):
                self.assertFalse(layout.y[card] <= y <= layout.y[card] + 40)

    @many
    @given(heights, links)
    def test_no_card_lies_on_another(self, cards, pairs):
        layout = Layout(cards, pairs)
        for column in range(layout.column_count):
            for above, below in combinations(layout.cards(column), 2):
                bottom = layout.y[above] + cards[above]
                self.assertGreaterEqual(layout.y[below] - bottom, layout.gap - 0.2)

    @many
    @given(heights, links)
    def test_each_link_goes_from_card_to_card(self, cards, pairs):
        layout = Layout(cards, pairs)
        for source, target in layout.links:
            route = layout.route((source, target))
            for card, (column, y) in zip(
                (source, target), (route[0], route[-1]), strict=True
            ):
                self.assertEqual(column, layout.column[card])
                self.assertAlmostEqual(y, layout.y[card] + cards[card] / 2)
            self.assertNotEqual(route[0][0], route[-1][0])

    @many
    @given(heights, links)
    def test_the_same_links_give_the_same_picture(self, cards, pairs):
        one, other = Layout(cards, pairs), Layout(cards, pairs)

        self.assertEqual((one.column, one.y), (other.column, other.y))

    @many
    @given(links)
    def test_only_cycles_are_drawn_backwards(self, pairs):
        pairs = [pair for pair in pairs if pair[0] < pair[1]]
        layout = Layout(dict.fromkeys(CARDS, 40), pairs)
        for source, target in pairs:
            self.assertLess(layout.column[source], layout.column[target])


@tagged("-at_install", "post_install")
class TestCards(BaseCase):
    def groups(self, **sizes):
        return {key: [(key, n) for n in range(size)] for key, size in sizes.items()}

    def test_small_groups_are_shown_member_by_member(self):
        cards = Cards(self.groups(a=2, b=3), budget=5)

        self.assertEqual(len(cards.shown), 5)
        self.assertFalse(cards.rest)
        self.assertEqual(cards.key(("a", 1)), "a.1")

    def test_the_largest_group_is_folded_first(self):
        cards = Cards(self.groups(a=9, b=3), budget=5)

        self.assertEqual(cards.key(("a", 1)), "a")
        self.assertEqual(cards.key(("b", 1)), "b.1")
        self.assertEqual(len(cards.rest["a"]), 9)

    def test_a_group_of_more_than_the_most_is_folded(self):
        self.assertEqual(Cards(self.groups(a=9), most=8).key(("a", 1)), "a")

    def test_a_group_of_one_is_never_folded(self):
        self.assertEqual(Cards(self.groups(a=1), budget=0).key(("a", 0)), "a.0")

    def test_unfolding_shows_the_first_hundred(self):
        cards = Cards(self.groups(a=UNFOLDED + 20), ["a"])

        self.assertEqual(cards.unfolded, ["a"])
        self.assertEqual(len(cards.shown), UNFOLDED)
        self.assertEqual(len(cards.rest["a"]), 20)

    def test_what_need_not_be_unfolded_cannot_be_folded(self):
        self.assertFalse(Cards(self.groups(a=2), ["a", "nothing"]).unfolded)

    def test_what_is_found_is_shown(self):
        cards = Cards(self.groups(a=90), found=[("a", 77)])

        self.assertEqual(cards.key(("a", 77)), "a.77")
        self.assertEqual(len(cards.rest["a"]), 89)

    def many(self, count):
        """Groups of one member, of two families."""
        groups = self.groups(**{f"g{n:03}": 1 for n in range(count)})
        return groups, {key: f"f{number % 3 == 0}" for number, key in enumerate(groups)}

    def test_too_many_groups_are_folded_by_family(self):
        groups, families = self.many(90)
        cards = Cards(groups, families=families)

        self.assertEqual(len({cards.key((key, 0)) for key in groups}), 31)
        self.assertEqual(cards.key(("g001", 0)), "fFalse")
        self.assertEqual(cards.group_key("g001"), "fFalse")
        self.assertEqual(len(cards.rest["fFalse"]), 60)
        self.assertEqual(cards.key(("g000", 0)), "g000.0")

    def test_few_groups_are_not(self):
        groups, families = self.many(FEW)
        cards = Cards(groups, families=families)

        self.assertFalse(cards.rest)

    def test_unfolding_a_family_shows_its_groups(self):
        groups, families = self.many(90)
        cards = Cards(groups, ["fFalse"], families=families)

        self.assertEqual(cards.key(("g001", 0)), "g001.0")
        self.assertIn("fFalse", cards.unfolded)

    def test_unfolding_a_large_family_shows_its_first_hundred(self):
        groups, families = self.many(600)
        cards = Cards(groups, ["fFalse"], families=families)

        shown = [key for key in groups if cards.key((key, 0)) == f"{key}.0"]
        self.assertEqual(len(shown), UNFOLDED)
        self.assertEqual(len(cards.rest["fFalse"]), 400 - UNFOLDED)

    def test_what_is_found_is_shown_out_of_a_family(self):
        groups, families = self.many(90)
        cards = Cards(groups, found=[("g001", 0)], families=families)

        self.assertEqual(cards.key(("g001", 0)), "g001.0")
        self.assertEqual(cards.key(("g002", 0)), "fFalse")

    def test_add_up(self):
        self.assertEqual(
            add_up([("a", (1, 2)), ("b", (5, 5)), ("a", (3, 4))]),
            {"a": [4, 6], "b": [5, 5]},
        )
