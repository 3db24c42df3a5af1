"""What one trace has found so far, as its readers pass it on."""

from .genealogy import ALWAYS, EXACT, INFERRED

EVIDENCE = ("exact", "order", "inferred")


class Trail:
    """One direction of a trace.

    :param spread: the :class:`.genealogy.Spread` over lots
    :param windows: windows of goods without a lot, by product id
    :param arrivals: ids of the lines by which suspect goods without a lot came
    """

    def __init__(self, spread, windows, arrivals):
        self.spread = spread
        self.windows = windows
        self.arrivals = arrivals

    def departures(self):
        """The flows by which possibly bad goods without a lot left a place."""
        return {
            flow.line: flow
            for windows in self.windows.values()
            for window in windows
            for flow in window.departures
        }


class Findings:
    """Affected nodes with the trails that reached them.

    :param companies: the `res.company` where the trace may look
    :param seeds: nodes that the scope names
    :param seed_lines: ids of the done lines by which suspect goods without a lot came
    :param forward: :class:`Trail` of what may contain a suspect lot
    :param backward: :class:`Trail` of what suspect lots were made from
    """

    # Nodes that people have excluded; they are traced like the others.
    cleared = frozenset()

    def __init__(self, companies, seeds, seed_lines, forward, backward):
        self.companies = companies
        self.seeds = seeds
        self.seed_lines = seed_lines
        self.forward = forward
        self.backward = backward
        # What may have harmed a consignee, and what may be where harm came from.
        self.suspects = seeds | set(forward.spread.nodes)
        self.sources = set(backward.spread.nodes)
        self.nodes = self.suspects | self.sources

    def role(self, node):
        if node in self.seeds:
            return "seed"
        return "backward" if node in self.sources else "forward"

    def evidence(self, node):
        """Goods without a lot are never more than inferred: which of them?"""
        if not node[1]:
            return EVIDENCE[INFERRED]
        trails = (self.forward, self.backward)
        ranks = (t.spread.rank(node) for t in trails if node in t.spread.nodes)
        return EVIDENCE[min(ranks)]

    def since(self, node):
        """The time at which the node came to be suspect; None: as a whole."""
        if node in self.seeds or node not in self.forward.spread.nodes:
            return None
        since = self.forward.spread.since(node)
        return None if since == ALWAYS else since

    def rank_at(self, node, time):
        """Evidence that what left the node at `time` is suspect; None: it is not."""
        return EXACT if node in self.seeds else self.forward.spread.rank_at(node, time)

    def open_places(self, product):
        """Places where goods of the product without a lot may be bad right now."""
        windows = self.forward.windows.get(product, ())
        return {window.place for window in windows if window.end is None}

    def depths(self):
        """{node: depth}, negative for sources, see `recall.affected.depth`."""
        zero = dict.fromkeys(self.seeds, 0)
        upward = {n: -d for n, d in self.backward.spread.depths(zero).items()}
        starts = {n: upward.get(n, 0) for n in self.forward.spread.seeds}
        return {**self.forward.spread.depths(starts), **upward}

    def edges(self):
        """Each genealogy edge once, in the direction in which goods flowed."""
        backward = [edge.mirrored() for edge in self.backward.spread.edges()]
        edges = backward + self.forward.spread.edges()
        return {(e.consumed_line, e.produced_line): e for e in edges}.values()


def get_lots(nodes):
    """The ids of the lots among nodes."""
    return [lot for _product, lot in nodes if lot]


def get_products(nodes):
    """The ids of the products of nodes, each once."""
    return list({product for product, _lot in nodes})
