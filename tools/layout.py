"""A layered layout: cards in columns, links from left to right, few crossings.

The classical way (Sugiyama): break cycles, give each card a column behind all that
leads to it, put a bend where a link passes a column, order the columns by the mean
place of the neighbours, and move cards up and down to where their links are straight.
"""

from bisect import bisect_left, insort
from collections import defaultdict, namedtuple

# Rounds of ordering, and of straightening; more of them change little.
ROUNDS = 8
# Links from which on a picture is a cloth anyway: order it in fewer rounds.
MANY = 1500

Bend = namedtuple("Bend", "source target column")


class Layout:
    """Columns and heights of cards, and the bends of links between them.

    :param heights: `{card: height}`, in the order that columns begin with
    :param links: pairs of cards; a link of a card to itself is left out
    :param first: cards that belong into the first column
    :param last: cards that belong into the last column
    :param gap: room between two cards of a column
    """

    def __init__(self, heights, links, first=(), last=(), gap=16):
        self.gap = gap
        self._heights = dict(heights)
        # in a fixed order, so that a picture looks the same each time
        self.links = list(dict.fromkeys(x for x in links if x[0] != x[1]))
        self._forward = _turn_back_links(self._heights, self.links)
        self.column = self._find_columns(set(first), set(last))
        self._bend_links()
        self._columns = self._order_columns()
        self.y = self._find_heights()

    @property
    def column_count(self):
        return len(self._columns)

    @property
    def height(self):
        return max((self.y[x] + self._heights[x] for x in self.y), default=0)

    def cards(self, column):
        """The cards of a column from top to bottom."""
        return [x for x in self._columns[column] if not isinstance(x, Bend)]

    def route(self, link):
        """[(column, y)] from card to card: where the link leaves, bends, arrives."""
        source, target = link
        chain = self._chains.get(link)
        if chain is None:
            chain = self._chains[target, source][::-1]
        return [(self._column_of(x), self.y[x] + self._heights[x] / 2) for x in chain]

    def _column_of(self, item):
        return item.column if isinstance(item, Bend) else self.column[item]

    # ------------------------------------------------------------------
    # Columns
    # ------------------------------------------------------------------
    def _find_columns(self, first, last):
        """Each card behind what leads to it; what nothing leads to, right before the
        first card that it leads to."""
        leads, comes = defaultdict(list), defaultdict(list)
        for source, target in self._forward:
            leads[source].append(target)
            comes[target].append(source)
        column = {}
        for card in _sort_topologically(self._heights, leads):
            least = 1 if first and card not in first else 0
            column[card] = max([least, *(column[x] + 1 for x in comes[card])])
        for card in self._heights:
            if not comes[card] and leads[card] and card not in first:
                column[card] = min(column[x] for x in leads[card]) - 1
        for card in first:
            column[card] = 0
        inner = [column[card] for card in column if card not in last]
        for card in last:
            column[card] = max(inner, default=-1) + 1
        return _close_gaps(column)

    def _bend_links(self):
        """{link: [card, bend, ..., card]}"""
        self._chains = {}
        for source, target in self._forward:
            between = range(self.column[source] + 1, self.column[target])
            bends = [Bend(source, target, column) for column in between]
            self._heights.update(dict.fromkeys(bends, 0))
            self._chains[source, target] = [source, *bends, target]

    # ------------------------------------------------------------------
    # Order
    # ------------------------------------------------------------------
    def _order_columns(self):
        """The order with the fewest crossings of those that the rounds went by."""
        columns = [[] for _ in range(1 + max(self.column.values(), default=-1))]
        for item in self._heights:
            columns[self._column_of(item)].append(item)
        self._before, self._after = defaultdict(list), defaultdict(list)
        for chain in self._chains.values():
            for source, target in zip(chain, chain[1:], strict=False):
                self._after[source].append(target)
                self._before[target].append(source)
        best, fewest = columns, self._count_crossings(columns)
        for number in range(ROUNDS if len(self.links) < MANY else 2):
            columns = self._sort_columns(columns, rightwards=number % 2 == 0)
            crossings = self._count_crossings(columns)
            if crossings < fewest:
                best, fewest = columns, crossings
        self.crossings = fewest
        return best

    def _sort_columns(self, columns, rightwards):
        """Each column by the mean place of the neighbours in the column before."""
        neighbours = self._before if rightwards else self._after
        place, ordered = {}, []
        for column in columns if rightwards else columns[::-1]:
            own = {item: number for number, item in enumerate(column)}
            means = {
                item: _mean([place[x] for x in neighbours[item]], own[item])
                for item in column
            }
            column = sorted(column, key=lambda item: (means[item], own[item]))
            place.update({item: number for number, item in enumerate(column)})
            ordered.append(column)
        return ordered if rightwards else ordered[::-1]

    def _count_crossings(self, columns):
        crossings = 0
        for column, following in zip(columns, columns[1:], strict=False):
            place = {item: number for number, item in enumerate(following)}
            passed = []
            for item in column:
                ends = sorted(place[x] for x in self._after[item])
                for end in ends:
                    crossings += len(passed) - bisect_left(passed, end + 1)
                for end in ends:
                    insort(passed, end)
        return crossings

    # ------------------------------------------------------------------
    # Heights
    # ------------------------------------------------------------------
    def _find_heights(self):
        """{card or bend: y of its upper edge}, links as straight as room allows."""
        y = {}
        for column in self._columns:
            y.update(self._place(column, dict.fromkeys(column, 0)))
        for number in range(ROUNDS):
            rightwards = number % 2 == 0
            neighbours = self._before if rightwards else self._after
            for column in self._columns if rightwards else self._columns[::-1]:
                wanted = {
                    item: _mean(
                        [y[x] + self._heights[x] / 2 for x in neighbours[item]],
                        y[item] + self._heights[item] / 2,
                    )
                    - self._heights[item] / 2
                    for item in column
                }
                y.update(self._place(column, wanted))
        top = min(y.values(), default=0)
        return {item: round(value - top, 1) for item, value in y.items()}

    def _place(self, column, wanted):
        """{item: y} nearest to where the items of a column want to be, in its order
        and without an overlap: neighbours that would overlap become one block, whose
        place is the mean of theirs (least squares)."""
        blocks, offset, offsets = [], 0, []
        for item in column:
            at, count = wanted[item] - offset, 1
            while blocks and blocks[-1][0] > at:
                above, number = blocks.pop()
                at = (above * number + at * count) / (number + count)
                count += number
            blocks.append((at, count))
            offsets.append(offset)
            offset += self._heights[item] + self.gap
        starts = [at for at, count in blocks for _ in range(count)]
        return {
            item: at + offset
            for item, at, offset in zip(column, starts, offsets, strict=True)
        }


def _mean(values, default):
    return sum(values) / len(values) if values else default


def _close_gaps(column):
    """Number the columns that have cards from 0."""
    numbers = {x: number for number, x in enumerate(sorted(set(column.values())))}
    return {card: numbers[x] for card, x in column.items()}


def _turn_back_links(cards, links):
    """The links with those turned round that lead back into where they come from."""
    leads = defaultdict(list)
    for source, target in links:
        leads[source].append(target)
    done, open_cards, back = set(), set(), set()
    for start in cards:
        path = [] if start in done else [(start, iter(leads[start]))]
        open_cards.update(card for card, _targets in path)
        while path:
            card, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                open_cards.discard(card)
                done.add(card)
            elif target in open_cards:
                back.add((card, target))
            elif target not in done:
                open_cards.add(target)
                path.append((target, iter(leads[target])))
    turned = [x[::-1] if x in back else x for x in links]
    return list(dict.fromkeys(turned))


def _sort_topologically(cards, leads):
    waiting = defaultdict(int)
    for targets in leads.values():
        for target in targets:
            waiting[target] += 1
    ready = [card for card in cards if not waiting[card]]
    for card in ready:
        for target in leads[card]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return ready
