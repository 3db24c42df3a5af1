"""How far suspicion spreads along genealogy edges: plain Python, no database.

A node is a pair (product id, lot id); the lot is 0 for goods that records do not
tell apart. Times are numbers. To go from a lot to its sources, mirror the edges:
swap their ends and negate their times.
"""

from collections import defaultdict, deque
from heapq import heappop, heappush
from typing import NamedTuple

ALWAYS = float("-inf")
NEVER = float("inf")

EXACT, ORDER, INFERRED = range(3)


class Edge(NamedTuple):
    """Goods of `origin` left stock at `leaves` and came back as `target`."""

    origin: tuple
    target: tuple
    leaves: float
    arrives: float
    rank: int
    kind: str
    consumed_line: int
    produced_line: int
    reference: str
    date: object

    def mirrored(self):
        return self._replace(
            origin=self.target,
            target=self.origin,
            leaves=-self.arrives,
            arrives=-self.leaves,
        )


class Spread:
    """What is reached from seeds, since when, on which evidence, how far away.

    :param seeds: nodes that are suspect as a whole
    :param edges: iterable of :class:`Edge`
    :param late: nodes whose recorded stock was negative at some time: goods of
        theirs may have left before the records say they came to be, so the order in
        time proves nothing there and only weakens the evidence
    """

    def __init__(self, seeds, edges, late=frozenset()):
        self.seeds = set(seeds)
        self.late = late
        self._leaving = defaultdict(list)
        for edge in edges:
            self._leaving[edge.origin].append(edge)
        self._since = [self._earliest(rank) for rank in (EXACT, ORDER, INFERRED)]

    @property
    def nodes(self):
        return self._since[INFERRED].keys()

    def since(self, node):
        return self._since[INFERRED][node]

    def rank(self, node):
        """The best evidence on which the node is reached at all."""
        return next(rank for rank in range(3) if node in self._since[rank])

    def rank_at(self, node, time):
        """Evidence that what leaves the node at `time` is suspect; None: it is not."""
        for rank in (EXACT, ORDER, INFERRED):
            if self._since[rank].get(node, NEVER) <= time:
                return rank
        return INFERRED if node in self.nodes and self._is_late(node) else None

    def known_edges(self):
        """All edges that were read, those along which nothing spreads as well."""
        return [edge for edges in self._leaving.values() for edge in edges]

    def edges(self):
        """The edges along which suspicion spreads."""
        return [
            edge
            for node in self.nodes
            for edge in self._leaving[node]
            if self.rank_at(node, edge.leaves) is not None
        ]

    def conflicts(self):
        """Nodes which goods left before they came to be suspect."""
        return {
            node
            for node in self.nodes
            for edge in self._leaving[node]
            if node[1] and edge.leaves < self.since(node)
        }

    def depths(self, starts):
        """Links to every node, by the fewest from the nodes of `starts`.

        :param starts: depth by node to start from
        """
        depths = dict(starts)
        queue = deque(sorted(starts, key=lambda node: abs(starts[node])))
        reached = defaultdict(set)
        for edge in self.edges():
            reached[edge.origin].add(edge.target)
        while queue:
            node = queue.popleft()
            for target in reached[node]:
                if target not in depths:
                    depths[target] = depths[node] + 1
                    queue.append(target)
        return depths

    def _earliest(self, worst):
        """The earliest time by node, along edges no weaker than `worst`."""
        since = {}
        heap = [(ALWAYS, node) for node in self.seeds]
        while heap:
            time, node = heappop(heap)
            if since.get(node, NEVER) <= time:
                continue
            since[node] = time
            for edge in self._leaving[node]:
                if self._passes(edge, time, worst):
                    heappush(heap, (edge.arrives, edge.target))
        return since

    def _passes(self, edge, time, worst):
        late = worst == INFERRED and self._is_late(edge.origin)
        return edge.rank <= worst and (edge.leaves >= time or late)

    def _is_late(self, node):
        # Goods without a lot have their own order in time: see `pool`.
        return not node[1] or node in self.late


def get_reached(edges, starts, without=frozenset()):
    """Nodes that edges lead to from `starts`, these included, over none of `without`.

    :param edges: iterable of (origin, target)
    """
    targets = defaultdict(list)
    for origin, target in edges:
        targets[origin].append(target)
    reached = set(starts) - without
    queue = list(reached)
    while queue:
        for target in targets[queue.pop()]:
            if target not in reached and target not in without:
                reached.add(target)
                queue.append(target)
    return reached
