"""Where goods without a lot may be: plain Python, no database.

Units without a lot mix with all the others of their product in the same place (a
warehouse, or a location outside of any). Once a bad unit may have come in, every
unit that leaves the place may be bad, until its stock has been empty once.
"""

from collections import defaultdict
from operator import attrgetter
from typing import NamedTuple

TOLERANCE = 1e-6


class Flow(NamedTuple):
    """One done move line without a lot. A place is None outside of the stock; a shelf
    is a single location of it."""

    line: int
    time: float
    quantity: float
    source: object
    target: object
    source_usage: str
    target_usage: str
    source_shelf: object = None
    target_shelf: object = None

    def mirrored(self):
        """The same line seen backwards in time."""
        return self._replace(
            time=-self.time,
            source=self.target,
            target=self.source,
            source_usage=self.target_usage,
            target_usage=self.source_usage,
            source_shelf=self.target_shelf,
            target_shelf=self.source_shelf,
        )


class Window:
    """A time during which the goods in one place may be bad."""

    def __init__(self, place, start, opening):
        self.place = place
        self.start = start
        self.end = None
        self.opening = opening
        self.arrived = defaultdict(float)
        self.left = defaultdict(float)
        self.arrivals = []
        self.departures = []


class Pool:
    """The windows of one product.

    :param flows: all :class:`Flow` of the product from the first suspect arrival on
    :param levels: stock by (place, shelf) before the first flow
    :param keeps_stock: False for goods whose stock Odoo does not count: then it is
        never known to be empty, and a window never ends
    """

    def __init__(self, flows, levels, keeps_stock=True):
        moments = defaultdict(list)
        for flow in sorted(flows, key=attrgetter("time")):
            moments[flow.time].append(flow)
        self._moments = list(moments.items())
        self._opening = levels
        self._keeps_stock = keeps_stock

    def follow(self, arrivals):
        """Find the windows that open with suspect `arrivals`.

        :param arrivals: iterable of (place, time)
        :return: list of :class:`Window`
        """
        openings = set(arrivals)
        while True:
            run = _Run(self._opening, self._keeps_stock, openings)
            for time, flows in self._moments:
                run.step(time, flows)
            if run.overdrafts <= openings:
                return run.windows
            openings |= run.overdrafts


class _Run:
    """One pass over all flows, moment by moment."""

    def __init__(self, levels, keeps_stock, openings):
        self.levels = defaultdict(float)
        self.shelves = defaultdict(lambda: defaultdict(float))
        for (place, shelf), level in levels.items():
            self._add(place, shelf, level)
        self.keeps_stock = keeps_stock
        self.openings = openings
        self.open = {}
        self.windows = []
        self.overdrawn_since = {}
        self.overdrafts = set()

    def step(self, time, flows):
        self._open_windows(time, flows)
        self._book(flows)
        for place in {flow.source for flow in flows} | {flow.target for flow in flows}:
            self._settle(place, time)

    def _open_windows(self, time, flows):
        """Open what `openings` says, and wherever an open place sends goods to.

        Within one moment the order of the flows is unknown: all that leaves a place
        then may be what has just come in.
        """
        places = [place for place, moment in self.openings if moment == time]
        places += self._targets(flows, self.open)
        while places:
            place = places.pop()
            if place not in self.open:
                self._open_window(place, time)
                places += self._targets(flows, {place})

    @staticmethod
    def _targets(flows, places):
        return [
            flow.target
            for flow in flows
            if flow.source in places and flow.target is not None
        ]

    def _open_window(self, place, time):
        if place in self.overdrawn_since:
            # Goods left before the records say they came: go back to that moment.
            self.overdrafts.add((place, self.overdrawn_since[place]))
        window = Window(place, time, self.levels[place])
        self.open[place] = window
        self.windows.append(window)

    def _add(self, place, shelf, quantity):
        self.levels[place] += quantity
        if place is not None:
            shelves = self.shelves[place]
            shelves[shelf] += quantity
            if abs(shelves[shelf]) <= TOLERANCE:
                del shelves[shelf]

    def _book(self, flows):
        for flow in flows:
            self._add(flow.source, flow.source_shelf, -flow.quantity)
            self._add(flow.target, flow.target_shelf, flow.quantity)
            if flow.source == flow.target:
                continue
            origin = self.open.get(flow.source)
            target = self.open.get(flow.target)
            if origin:
                origin.departures.append(flow)
            if target:
                target.arrivals.append(flow)
            if origin and target:
                continue
            if origin:
                origin.left[flow.target_usage] += flow.quantity
            if target:
                target.arrived[flow.source_usage] += flow.quantity

    def _settle(self, place, time):
        level = self.levels[place]
        if place is None or not self.keeps_stock:
            return
        if level < -TOLERANCE:
            self.overdrawn_since.setdefault(place, time)
        else:
            self.overdrawn_since.pop(place, None)
        if place in self.open and not self.shelves[place]:
            # A shelf below zero is not empty: something that came in is not recorded
            # there, and may still lie on another shelf.
            window = self.open.pop(place)
            window.end = time
