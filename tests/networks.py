"""Small supply networks for the property tests: drawn by hypothesis with the help of
the oracle, and run through Odoo's own methods."""

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
# Sizes whose shares are exact in the two decimals of a product's unit.
SIZES = (1, 2, 4)


# ------------------------------------------------------------------
# Drawing
# ------------------------------------------------------------------
@st.composite
def networks(draw, kinds, min_size=6, max_size=14):
    """Operations that can be done one after the other.

    :param kinds: names of the `_draw_*` functions to choose from
    """
    world, operations = World(), []
    for __ in range(draw(st.integers(min_size, max_size))):
        kind = draw(st.sampled_from(kinds)) if operations else "receive"
        operation = globals()[f"_draw_{kind}"](draw, world)
        if operation:
            world.apply(operation)
            operations.append(operation)
    return tuple(operations)


def _draw_receive(draw, world):
    products = draw(st.lists(st.sampled_from(BOUGHT), min_size=1, max_size=2))
    goods = dict.fromkeys(
        (product, _draw_lot(draw, world, product)) for product in products
    )
    lines = tuple(Line(*good, draw(st.sampled_from((4, 6, 10)))) for good in goods)
    return Receive(draw(st.sampled_from(PLACES)), lines)


def _draw_deliver(draw, world):
    found = _draw_lines(draw, world, PLACES)
    return found and Deliver(found[0], draw(st.sampled_from(CONSIGNEES)), found[1])


def _draw_take_back(draw, world):
    out = [shipment for shipment in world.shipments if _is_out(shipment)]
    if not out:
        return None
    shipment = draw(st.sampled_from(out))
    most = shipment.line.quantity - shipment.returned
    line = shipment.line._replace(quantity=_draw_quantity(draw, most))
    place = draw(st.sampled_from(PLACES))
    return TakeBack(place, shipment.delivery, (line,))


def _draw_send_back(draw, world):
    found = _draw_lines(draw, world, PLACES, products=BOUGHT, max_size=1)
    return found and SendBack(*found)


def _draw_transfer(draw, world):
    found = _draw_lines(draw, world, (*PLACES, TRANSIT))
    if not found:
        return None
    targets = [place for place in (*PLACES, TRANSIT) if place != found[0]]
    return Transfer(found[0], draw(st.sampled_from(targets)), found[1])


def _draw_make(draw, world):
    found = _draw_lines(draw, world, PLACES, max_size=3)
    if not found:
        return None
    place, uses = found
    used = {line.product for line in uses}
    products = [name for name in PRODUCTS if name not in used and name not in BOUGHT]
    product = draw(st.sampled_from(products))
    makes = _draw_made(draw, world, product)
    if draw(st.integers(0, 5)) == 0:
        others = [name for name in products if name not in (product, "box")]
        if others:
            makes += _draw_made(draw, world, draw(st.sampled_from(others)))
    return Make(place, makes, uses)


def _draw_made(draw, world, product):
    size = draw(st.sampled_from(SIZES))
    if PRODUCTS[product] == "none":
        return (Line(product, None, size),)
    if PRODUCTS[product] == "serial":
        first = 1 + sum(lot[0] == product for lot in world.lots)
        return tuple(Line(product, f"{product}{first + i}", 1) for i in range(size))
    lots = {_draw_lot(draw, world, product)}
    if size > 1 and draw(st.booleans()):
        lots.add(_draw_lot(draw, world, product))
    return tuple(Line(product, lot, size / len(lots)) for lot in sorted(lots))


def _draw_unbuild(draw, world):
    choices = [
        (index, good, place)
        for index, order in enumerate(world.orders)
        if len({line.product for line in order.makes}) == 1
        for good in dict.fromkeys(line.good for line in order.makes)
        for place in PLACES
        if world.stock[place, *good]
    ]
    if not choices:
        return None
    index, good, place = draw(st.sampled_from(choices))
    made = sum(line.quantity for line in world.orders[index].makes)
    most = min(world.stock[place, *good], made)
    line = Line(*good, most if draw(st.booleans()) else min(1, most))
    unbuild = Unbuild(place, index, line)
    exact = all(part.quantity % 0.25 == 0 for part in world.get_recovered(unbuild))
    return unbuild if exact else None


def _draw_scrap(draw, world):
    found = _draw_lines(draw, world, PLACES, max_size=1)
    return found and Scrap(found[0], found[1][0])


def _draw_lose(draw, world):
    found = _draw_lines(draw, world, PLACES, max_size=1)
    return found and Lose(found[0], found[1][0])


def _draw_lot(draw, world, product):
    if PRODUCTS[product] != "lot":
        return None
    return f"{product}{draw(st.integers(1, 3))}"


def _draw_lines(draw, world, places, products=tuple(PRODUCTS), max_size=2):
    """(place, lines) of some goods that lie in one of the places."""
    goods = {}
    for (place, product, lot), quantity in world.stock.items():
        if quantity and place in places and product in products:
            goods.setdefault(place, []).append((product, lot))
    if not goods:
        return None
    place = draw(st.sampled_from(sorted(goods)))
    chosen = draw(
        st.lists(
            st.sampled_from(goods[place]), min_size=1, max_size=max_size, unique=True
        )
    )
    stock = world.stock
    return place, tuple(
        Line(*good, _draw_quantity(draw, stock[place, *good])) for good in chosen
    )


def _draw_quantity(draw, most):
    return draw(st.sampled_from([most, *(q for q in (1, 2, 3) if q < most)]))


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
        (back | back.move_ids).location_dest_id = target
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
            move.move_line_ids = [
                Command.create(self.test._line_vals(move, lot, made[lot], {}))
                for lot in made
            ]
            made = {next(iter(made)): quantity}
        self.test.finish_production(order, made, used, byproducts)
        moves = order.move_raw_ids | order.move_finished_ids
        self.test.assertEqual(set(moves.mapped("state")), {"done"})
        lots = order.move_finished_ids.move_line_ids.lot_id
        self.test.assertEqual(len(lots), sum(bool(line.lot) for line in operation.makes))
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
