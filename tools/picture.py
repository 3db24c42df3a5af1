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

    Small groups come first, as long as `budget` cards are enough for them.

    :param groups: `{group key: list of members, what matters most first}`
    :param unfolded: keys of groups to show member by member
    :param found: members that a search has found
    :param most: members that a group is shown with, member by member
    """

    def __init__(self, groups, unfolded=(), found=(), budget=CARDS, most=CARDS):
        self._group = {x: key for key, members in groups.items() for x in members}
        self.shown, self.unfolded = set(found), []
        for key, members in sorted(groups.items(), key=lambda item: len(item[1])):
            budget -= len(members)
            if len(members) == 1 or len(members) <= most and budget >= 0:
                self.shown.update(members)
            elif key in unfolded:
                self.shown.update(members[:UNFOLDED])
                self.unfolded.append(key)
        self.rest = {
            key: rest
            for key, members in groups.items()
            if (rest := [x for x in members if x not in self.shown])
        }

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
