"""What a picture of a genealogy shows: cards of their own, or one for many."""

from collections import defaultdict

# Cards that are shown one by one without being asked for, and of one group on demand.
CARDS = 60
UNFOLDED = 100


class Facts:
    """What there is to show. A node is (product id, lot id or 0).

    :param rows: `{node: dict of fields of recall.affected}`
    :param sources: list of (partner id or 0, node, evidence, quantity)
    :param exposures: list of (partner id or 0, node, evidence, delivered, returned)
    :param gaps: list of (node or None, kind, count)
    :param read_links: function of a :class:`Cards` that returns a list of
        (key, key, kind, evidence, count), the keys being those of cards
    """

    def __init__(self, rows, sources, exposures, gaps, read_links):
        self.rows = rows
        self.sources = sources
        self.exposures = exposures
        self.gaps = gaps
        self.read_links = read_links


class Cards:
    """Which members of groups have cards of their own; the others of a group share one.

    Small groups come first, as long as `budget` cards are enough for them. Where there
    are more groups than that, those of a family share a card, the largest family first.

    :param groups: `{group key: list of members, what matters most first}`
    :param unfolded: keys of groups and families to show one by one
    :param found: members that a search has found
    :param most: members that a group is shown with, member by member
    :param families: `{group key: key of its family}`
    """

    def __init__(
        self, groups, unfolded=(), found=(), budget=CARDS, most=CARDS, families=None
    ):
        self.shown, self.unfolded = set(found), []
        self._family = self._fold(groups, families or {}, unfolded, budget)
        self._group = {
            x: self.group_key(key) for key, members in groups.items() for x in members
        }
        single = {key: x for key, x in groups.items() if key not in self._family}
        self._show(single, unfolded, budget, most)
        self.rest = {}
        for member, key in self._group.items():
            if member not in self.shown:
                self.rest.setdefault(key, []).append(member)

    def _show(self, groups, unfolded, budget, most):
        """Choose the groups that are shown member by member."""
        for key, members in sorted(groups.items(), key=lambda item: len(item[1])):
            budget -= len(members)
            if len(members) == 1 or len(members) <= most and budget >= 0:
                self.shown.update(members)
            elif key in unfolded:
                self.shown.update(members[:UNFOLDED])
                self.unfolded.append(key)

    def _fold(self, groups, families, unfolded, budget):
        """{key of a group that shares a card: key of its family}"""
        by_family = defaultdict(list)
        for key in groups:
            by_family[families.get(key)].append(key)
        by_family.pop(None, None)
        folded, left = {}, len(groups)
        for family, keys in sorted(by_family.items(), key=lambda item: -len(item[1])):
            if left <= budget or len(keys) == 1:
                break
            left -= len(keys) - 1
            if family in unfolded:
                self.unfolded.append(family)
                keys = keys[UNFOLDED:]
            folded.update(dict.fromkeys(keys, family))
        return folded

    def group_key(self, key):
        """The key of the card that stands for what is not shown of a group."""
        return self._family.get(key, key)

    def key(self, member):
        """The key of the card that stands for a member."""
        if member in self.shown:
            return get_key(member)
        return self._group[member]


def get_key(member):
    """The key of the card of one member."""
    return ".".join(map(str, member))


def add_up(rows):
    """Sum the numbers of rows that start alike.

    :param rows: iterable of (key, tuple of numbers)
    :return: `{key: list of sums}`
    """
    sums = defaultdict(list)
    for key, numbers in rows:
        known = sums[key]
        sums[key] = (
            [a + b for a, b in zip(known, numbers, strict=True)]
            if known
            else list(numbers)
        )
    return dict(sums)
