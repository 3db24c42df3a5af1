"""What a trace must find, told by following every unit from hand to hand.

Plain Python, and no code in common with the trace: instead of walking a graph for
each suspect lot, the world below is told what happens, in order, and keeps what every
vessel contains at the moment. A vessel is a lot, wherever its units are, for they
are alike; or all the goods without a lot of one product in one place, until there
are none left there. What leaves a vessel contains what the vessel contains then.

Quantities are multiples of 0.25, so that floats hold them exactly.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

EXACT, ORDER, INFERRED = range(3)
EVIDENCE = ("exact", "order", "inferred")
TRANSIT = "transit"

PRODUCTS = {
    "nut": "lot",
    "salt": "none",
    "paste": "lot",
    "bar": "lot",
    "cookie": "none",
    "box": "serial",
}


class Line(NamedTuple):
    product: str
    lot: str | None
    quantity: float

    @property
    def good(self):
        return self.product, self.lot


@dataclass(frozen=True)
class Receive:
    place: str
    lines: tuple


@dataclass(frozen=True)
class Deliver:
    place: str
    consignee: str
    lines: tuple


@dataclass(frozen=True)
class TakeBack:
    """A consignee gives back lines of a delivery: its index among the deliveries."""

    place: str
    delivery: int
    lines: tuple


@dataclass(frozen=True)
class SendBack:
    """Return goods to their vendor."""

    place: str
    lines: tuple


@dataclass(frozen=True)
class Transfer:
    place: str
    target: str
    lines: tuple


@dataclass(frozen=True)
class Make:
    """One manufacturing order: the product's lines first, then by-products."""

    place: str
    makes: tuple
    uses: tuple


@dataclass(frozen=True)
class Unbuild:
    """Take apart what an order made: its index among the orders."""

    place: str
    order: int
    line: Line


@dataclass(frozen=True)
class Scrap:
    place: str
    line: Line


@dataclass(frozen=True)
class Lose:
    """An inventory count finds less than there should be."""

    place: str
    line: Line


@dataclass
class Shipment:
    """A delivered line: what it contained, and how much of it came back."""

    delivery: int
    consignee: str
    line: Line
    contents: dict
    returned: float = 0


class World:
    """Apply operations in order, one at each moment; then ask."""

    def __init__(self):
        self.stock = Counter()
        self.deliveries = []
        self.orders = []
        self.shipments = []
        self._recovered = defaultdict(set)
        self._contents = defaultdict(dict)
        self._ever = defaultdict(dict)
        self._accounts = defaultdict(Counter)

    def apply(self, operation):
        getattr(self, f"_apply_{type(operation).__name__.lower()}")(operation)
        self._empty_vessels()

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------
    @property
    def lots(self):
        return sorted(good for good in self._ever if good[1])

    def get_forward(self, seed):
        """{good: best evidence that it contains the seed lot}"""
        return {
            good: origins[seed]
            for good, origins in self._ever.items()
            if seed in origins
        }

    def get_exposures(self, seed):
        """{(delivery, good): (consignee, delivered, returned, evidence)}"""
        return {
            (shipment.delivery, shipment.line.good): (
                shipment.consignee,
                shipment.line.quantity,
                shipment.returned,
                shipment.contents[seed],
            )
            for shipment in self.shipments
            if seed in shipment.contents
        }

    def get_balance(self, good, seed):
        """{column: quantity} of an affected row, without the suffix `qty_`.

        Goods without a lot count where they are suspect, as long as they are.
        """
        account = self._accounts[good if good[1] else (good, seed)]
        balance = {column: quantity for column, quantity in account.items() if quantity}
        for (place, product, lot), quantity in self.stock.items():
            if (product, lot) == good and quantity:
                if seed in self._contents[self._get_vessel(place, good)]:
                    column = "in_transit" if place == TRANSIT else "on_hand"
                    balance[column] = balance.get(column, 0) + quantity
        return balance

    # ------------------------------------------------------------------
    # Operations
    # ------------------------------------------------------------------
    def _apply_receive(self, operation):
        for line in operation.lines:
            self._put(operation.place, line, {}, "in")

    def _apply_deliver(self, operation):
        for line in operation.lines:
            contents = self._take(operation.place, line, "delivered")
            self.shipments.append(
                Shipment(len(self.deliveries), operation.consignee, line, contents)
            )
        self.deliveries.append(operation)

    def _apply_takeback(self, operation):
        for line in operation.lines:
            shipment = self.get_shipment(operation.delivery, line.good)
            shipment.returned += line.quantity
            self._put(operation.place, line, shipment.contents, "returned")

    def _apply_sendback(self, operation):
        for line in operation.lines:
            self._take(operation.place, line, "vendor_returned")

    def _apply_transfer(self, operation):
        for line in operation.lines:
            contents = self._take(operation.place, line, None)
            self._put(operation.target, line, contents, None)

    def _apply_make(self, operation):
        contents = self._take_all(operation.place, operation.uses)
        self._put_mixed(operation.place, operation.makes, contents)
        self.orders.append(operation)

    def _apply_unbuild(self, operation):
        contents = self._take(operation.place, operation.line, "consumed")
        recovered = self.get_recovered(operation)
        self._put_mixed(operation.place, recovered, contents)
        self._recovered[operation.order] |= {line.good for line in recovered}

    def _apply_scrap(self, operation):
        self._take(operation.place, operation.line, "scrapped")

    def _apply_lose(self, operation):
        self._take(operation.place, operation.line, "adjusted")

    def get_shipment(self, delivery, good):
        return next(
            shipment
            for shipment in self.shipments
            if (shipment.delivery, shipment.line.good) == (delivery, good)
        )

    def get_recovered(self, unbuild):
        """Odoo recovers each component's lots in the order in which they were used,
        and a serial number only once."""
        order = self.orders[unbuild.order]
        made = sum(line.quantity for line in order.makes)
        share = unbuild.line.quantity / made
        recovered = []
        for product in dict.fromkeys(line.product for line in order.uses):
            lines = [line for line in order.uses if line.product == product]
            wanted = sum(line.quantity for line in lines) * share
            for line in lines:
                if PRODUCTS[product] == "serial":
                    if line.good in self._recovered[unbuild.order]:
                        continue
                quantity = min(wanted, line.quantity)
                wanted -= quantity
                if quantity:
                    recovered.append(line._replace(quantity=quantity))
        return recovered

    # ------------------------------------------------------------------
    # Vessels
    # ------------------------------------------------------------------
    def _get_vessel(self, place, good):
        return good if good[1] else (place, good)

    def _take(self, place, line, column):
        """Take a line out of its place; returns what it contains."""
        contents = dict(self._contents[self._get_vessel(place, line.good)])
        self.stock[place, line.product, line.lot] -= line.quantity
        assert self.stock[place, line.product, line.lot] >= 0, (place, line)
        if column:
            for account in [line.good] if line.lot else self._get_accounts(place, line):
                self._accounts[account][column] += line.quantity
        return contents

    def _take_all(self, place, lines):
        taken = {}
        for line in lines:
            for origin, rank in self._take(place, line, "consumed").items():
                taken[origin] = min(rank, taken.get(origin, rank))
        return taken

    def _put_mixed(self, place, lines, contents):
        """Put lines that were made together: several lots of one product cannot be
        told apart."""
        lots = Counter(line.product for line in lines)
        for line in lines:
            worst = EXACT if lots[line.product] == 1 else ORDER
            mixed = {origin: max(rank, worst) for origin, rank in contents.items()}
            self._put(place, line, mixed, "in")

    def _put(self, place, line, contents, column):
        """Put a line that contains `contents` into a place; no column: a transfer."""
        vessel = self._contents[self._get_vessel(place, line.good)]
        if line.lot:
            contents = {**contents, line.good: EXACT}
        else:
            contents = dict.fromkeys(contents, INFERRED)
        for origin, rank in contents.items():
            if not line.lot and origin not in vessel:
                opening = self.stock[place, line.product, None]
                self._accounts[line.good, origin]["in"] += opening
            vessel[origin] = min(rank, vessel.get(origin, rank))
            ever = self._ever[line.good]
            ever[origin] = min(rank, ever.get(origin, rank))
        self.stock[place, line.product, line.lot] += line.quantity
        self._book_arrival(place, line, contents, column)

    def _book_arrival(self, place, line, contents, column):
        if line.lot:
            if column:
                self._accounts[line.good][column] += line.quantity
            return
        for account in self._get_accounts(place, line):
            if column or account[1] not in contents:
                self._accounts[account][column or "in"] += line.quantity

    def _get_accounts(self, place, line):
        return [(line.good, origin) for origin in self._contents[place, line.good]]

    def _empty_vessels(self):
        for (place, product, lot), quantity in self.stock.items():
            if not lot and not quantity:
                self._contents[place, (product, None)].clear()
