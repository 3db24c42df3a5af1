"""Small supply networks for the property tests: drawn with the help of the
oracle, and run through Odoo's own methods."""

from random import Random

from hypothesis import strategies as st

from odoo.fields import Command

from .oracle import (
    PRODUCTS,
    TRANSIT,
    Deliver,
    Line,
    Lose,
    Make,
    Receive,
    Scrap,
    SendBack,
    TakeBack,
    Transfer,
    Unbuild,
    World,
)

PLACES = ("east", "west")
CONSIGNEES = ("Ann", "Bob")
BOUGHT = ("nut", "salt")
MADE = ("paste", "bar", "box", "cookie", "cookie")
# Sizes whose shares are exact in the two decimals of a product's unit.
SIZES = (1, 2, 4)


# ------------------------------------------------------------------
# Drawing
# ------------------------------------------------------------------
def networks(weights):
    """Strategy for 6 to 14 operations that can be done one after the other.

    Each is chosen by chance among what is possible by then; hypothesis chooses only
    where chance begins, for it would rather have short networks that do little.

    :param weights: `{name of a _choose_* method: weight}`
    """
    return st.integers(0, 2**32 - 1).map(lambda start: _choose_all(start, weights))


def _choose_all(start, weights):
    world, random, operations = World(), Random(start), []
    for __ in range(random.randint(6, 14)):
        operation = _Chooser(random, world).choose(weights)
        world.apply(operation)
        operations.append(operation)
    return tuple(operations)


class _Chooser:
    """Chooses an operation by chance, such that suspect goods get around."""

    def __init__(self, random, world):
        self.random, self.world = random, world

    def choose(self, weights):
        if not self._find_goods(PLACES):
            return self._choose_receive()
        while True:
            (kind,) = self.random.choices(list(weights), weights.values())
            if operation := getattr(self, f"_choose_{kind}")():
                return operation

    def _choose_receive(self):
        goods = [("nut", self._choose_lot("nut"))]
        if not self.random.randrange(3):
            goods.append(("salt", None))
        lines = tuple(Line(*good, self._pick((2, 4, 6, 10))) for good in goods)
        return Receive(self._pick(PLACES), lines)

    def _choose_deliver(self):
        found = self._choose_lines(PLACES)
        return found and Deliver(found[0], self._pick(CONSIGNEES), found[1])

    def _choose_take_back(self):
        out = [shipment for shipment in self.world.shipments if _is_out(shipment)]
        if not out:
            return None
        shipment = self._pick(out)
        most = shipment.line.quantity - shipment.returned
        line = shipment.line._replace(quantity=self._choose_quantity(most))
        return TakeBack(self._pick(PLACES), shipment.delivery, (line,))

    def _choose_send_back(self):
        found = self._choose_lines(PLACES, products=BOUGHT, most=1)
        return found and SendBack(*found)

    def _choose_transfer(self):
        found = self._choose_lines((*PLACES, TRANSIT))
        if not found:
            return None
        targets = [place for place in (*PLACES, TRANSIT) if place != found[0]]
        return Transfer(found[0], self._pick(targets), found[1])

    def _choose_make(self):
        place, uses = self._choose_lines(PLACES, most=3) or (None, ())
        used = {line.product for line in uses}
        products = [name for name in MADE if name not in used]
        if not uses or not products:
            return None
        product = self._pick(products)
        makes = self._choose_made(product)
        others = [name for name in products if name not in (product, "box")]
        if others and not self.random.randrange(6):
            makes += self._choose_made(self._pick(others))
        return Make(place, makes, uses)

    def _choose_made(self, product):
        size = self._pick(SIZES)
        if PRODUCTS[product] == "none":
            return (Line(product, None, size),)
        if PRODUCTS[product] == "serial":
            first = 1 + sum(lot[0] == product for lot in self.world.lots)
            names = [f"{product}{first + i}" for i in range(size)]
            return tuple(Line(product, name, 1) for name in names)
        lots = {self._choose_lot(product)}
        if size > 1 and not self.random.randrange(3):
            lots.add(self._choose_lot(product))
        return tuple(Line(product, lot, size / len(lots)) for lot in sorted(lots))

    def _choose_unbuild(self):
        """Orders with by-products are not unbuilt: Odoo would want them back."""
        choices = [
            (index, good, place)
            for index, order in enumerate(self.world.orders)
            if len({line.product for line in order.makes}) == 1
            for good in dict.fromkeys(line.good for line in order.makes)
            for place in PLACES
            if self.world.stock[place, *good]
        ]
        if not choices:
            return None
        index, good, place = self._pick(choices)
        made = sum(line.quantity for line in self.world.orders[index].makes)
        most = min(self.world.stock[place, *good], made)
        line = Line(*good, self._pick((most, min(1, most))))
        unbuild = Unbuild(place, index, line)
        recovered = self.world.get_recovered(unbuild)
        exact = all(part.quantity % 0.25 == 0 for part in recovered)
        return unbuild if exact else None

    def _choose_scrap(self):
        place, (line,) = self._choose_lines(PLACES, most=1)
        return Scrap(place, line)

    def _choose_lose(self):
        place, (line,) = self._choose_lines(PLACES, most=1)
        return Lose(place, line)

    def _pick(self, choices):
        return self.random.choice(choices)

    def _choose_lot(self, product):
        return f"{product}{self.random.randint(1, 2)}"

    def _choose_lines(self, places, products=tuple(PRODUCTS), most=2):
        """(place, lines) of some goods that lie in one of the places."""
        goods = self._find_goods(places, products)
        if not goods:
            return None
        place = self._pick(sorted(goods))
        count = self.random.randint(1, min(most, len(goods[place])))
        chosen = self.random.sample(goods[place], count)
        stock = self.world.stock
        return place, tuple(
            Line(*good, self._choose_quantity(stock[place, *good])) for good in chosen
        )

    def _find_goods(self, places, products=tuple(PRODUCTS)):
        """{place: goods that lie there}"""
        goods = {}
        for (place, product, lot), quantity in self.world.stock.items():
            if quantity and place in places and product in products:
                goods.setdefault(place, []).append((product, lot))
        return goods

    def _choose_quantity(self, most):
        return self._pick([most, *(q for q in (1, 2) if q < most)])


def _is_out(shipment):
    return shipment.returned < shipment.line.quantity


# ------------------------------------------------------------------
# Running
# ------------------------------------------------------------------
class Network:
    """Runs operations in Odoo.

    :param test: a test with the factories of `StockFlows`
    """

    def __init__(self, test):
        self.test, self.env = test, test.env
        self.lots, self.pickings, self.orders = {}, [], []

    def run(self, operation):
        getattr(self, f"_run_{type(operation).__name__.lower()}")(operation)

    def get_lot(self, good):
        product, name = good
        if name and good not in self.lots:
            self.lots[good] = self.test._create_lot(self.test.products[product], name)
        return self.lots.get(good, self.env["stock.lot"])

    def _get_key(self, line):
        return self.get_lot(line.good) or self.test.products[line.product]

    def _get_goods(self, *lines):
        return {self._get_key(line): line.quantity for line in lines}

    def _run_receive(self, operation):
        place = operation.place
        self._move("in", "vendors", place, operation.lines, self.test.vendor)

    def _run_deliver(self, operation):
        consignee = self.test.consignees[operation.consignee]
        place = operation.place
        picking = self._move("out", place, "customers", operation.lines, consignee)
        self.pickings.append(picking)

    def _run_sendback(self, operation):
        place = operation.place
        self._move("out", place, "vendors", operation.lines, self.test.vendor)

    def _run_transfer(self, operation):
        self._move("int", operation.place, operation.target, operation.lines)

    def _move(self, kind, source, target, lines, partner=None):
        places = self.test.warehouses
        return self.test.transfer(
            self._get_goods(*lines),
            (places.get(source) or places[target])[f"{kind}_type_id"],
            self.test.locations[source],
            self.test.locations[target],
            partner,
        )

    def _run_takeback(self, operation):
        """Like `StockFlows.return_goods`, but into either warehouse."""
        self.test.wait()
        picking = self.pickings[operation.delivery]
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in operation.lines:
            product = self.test.products[line.product]
            for row in wizard.product_return_moves:
                if row.product_id == product:
                    row.quantity = line.quantity
        back = wizard._create_return()
        target = self.test.locations[operation.place]
        back.location_dest_id = target
        back.move_ids.location_dest_id = target
        self.test.validate(back, self._get_goods(*operation.lines))

    def _run_make(self, operation):
        main = operation.makes[0].product
        makes = [line for line in operation.makes if line.product == main]
        others = [line for line in operation.makes if line.product != main]
        made = self._get_goods(*makes)
        used = self._get_goods(*operation.uses)
        byproducts = self._get_goods(*others)
        warehouse = self.test.warehouses[operation.place]
        product, quantity = self.test.products[main], sum(made.values())
        order = self.test.order_production(
            product, quantity, used, byproducts, warehouse=warehouse
        )
        if PRODUCTS[main] == "lot":
            # Several lots of one order, as the dialog of the move's lines writes them.
            move = order.move_finished_ids - order.move_byproduct_ids
            move.move_line_ids = [Command.clear()] + [
                Command.create(self.test._line_vals(move, lot, made[lot], {}))
                for lot in made
            ]
            made = {next(iter(made)): quantity}
        self.test.finish_production(order, made, used, byproducts)
        moves = order.move_raw_ids | order.move_finished_ids
        self.test.assertEqual(set(moves.mapped("state")), {"done"})
        lots = order.move_finished_ids.move_line_ids.lot_id
        self.test.assertEqual(
            len(lots), sum(bool(line.lot) for line in operation.makes)
        )
        self.orders.append(order)

    def _run_unbuild(self, operation):
        """Like `StockFlows.unbuild`, but in either warehouse."""
        self.test.wait()
        order = self.orders[operation.order]
        stock = self.test.locations[operation.place]
        unbuild = self.env["mrp.unbuild"].create(
            {
                "mo_id": order.id,
                "product_id": order.product_id.id,
                "lot_id": self.get_lot(operation.line.good).id,
                "product_qty": operation.line.quantity,
                "location_id": stock.id,
                "location_dest_id": stock.id,
                "company_id": order.company_id.id,
            }
        )
        unbuild.action_validate()
        self.test.assertEqual(unbuild.state, "done")

    def _run_scrap(self, operation):
        goods, place = self._get_goods(operation.line), operation.place
        self.test.scrap(goods, self.test.locations[place])

    def _run_lose(self, operation):
        line, location = operation.line, self.test.locations[operation.place]
        quants = self.env["stock.quant"]._gather(
            self.test.products[line.product],
            location,
            lot_id=self.get_lot(line.good),
            strict=True,
        )
        left = sum(quants.mapped("quantity")) - line.quantity
        self.test.count({self._get_key(line): left}, location)
