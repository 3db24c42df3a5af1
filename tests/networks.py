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
    """Runs operations in Odoo, in a company of its own; one hour for each.

    :param case: a test with the factories of `RecallCommon`
    """

    def __init__(self, test, frozen):
        self.test, self.env, self.frozen = test, test.env, frozen
        self.lots, self.pickings, self.orders = {}, [], []

    def run(self, operation):
        self.frozen.tick(3600)
        getattr(self, f"_run_{type(operation).__name__.lower()}")(operation)

    def get_lot(self, good):
        product, name = good
        if name and good not in self.lots:
            self.lots[good] = self.test._create_lot(self.test.products[product], name)
        return self.lots.get(good, self.env["stock.lot"])

    def _run_receive(self, operation):
        place = operation.place
        self._move("in", "vendors", place, operation.lines, self.test.vendor)

    def _run_deliver(self, operation):
        picking = self._move(
            "out",
            operation.place,
            "customers",
            operation.lines,
            self.test.consignees[operation.consignee],
        )
        self.pickings.append(picking)

    def _run_sendback(self, operation):
        place = operation.place
        self._move("out", place, "vendors", operation.lines, self.test.vendor)

    def _run_transfer(self, operation):
        self._move("int", operation.place, operation.target, operation.lines)

    def _run_takeback(self, operation):
        picking = self.pickings[operation.delivery]
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in operation.lines:
            wizard.product_return_moves.filtered(
                lambda row, line=line: row.product_id
                == self.test.products[line.product]
            ).quantity = line.quantity
        target = self.test.locations[operation.place]
        back = wizard._create_return()
        back.location_dest_id = target
        back.move_ids.location_dest_id = target
        self._validate(back, operation.lines)

    def _move(self, kind, source, target, lines, partner=None):
        warehouse = self.test.warehouses.get(source) or self.test.warehouses.get(target)
        source, target = self.test.locations[source], self.test.locations[target]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse[f"{kind}_type_id"].id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": partner and partner.id,
                "move_ids": self._prepare_moves(lines, source, target),
            }
        )
        picking.action_confirm()
        self._validate(picking, lines)
        return picking

    def _validate(self, picking, lines):
        self._fill(picking.move_ids, lines)
        picking.with_context(skip_backorder=True).button_validate()
        self.test.assertEqual(picking.state, "done")

    def _run_make(self, operation):
        test, place = self.test, operation.place
        product = operation.makes[0].product
        makes = [line for line in operation.makes if line.product == product]
        others = [line for line in operation.makes if line.product != product]
        quantity = sum(line.quantity for line in makes)
        stock = test.locations[place]
        order = self.env["mrp.production"].create(
            {
                "product_id": test.products[product].id,
                "product_qty": quantity,
                "picking_type_id": test.warehouses[place].manu_type_id.id,
                "location_src_id": stock.id,
                "location_dest_id": stock.id,
            }
        )
        shop = order.production_location_id
        order.move_raw_ids = self._prepare_moves(operation.uses, stock, shop)
        order.move_byproduct_ids = self._prepare_moves(others, shop, stock)
        order.action_confirm()
        order.qty_producing = quantity
        lots = self.env["stock.lot"].union(*(self.get_lot(line.good) for line in makes))
        order.lot_producing_ids = lots if PRODUCTS[product] == "serial" else lots[:1]
        self._fill(order.move_raw_ids, operation.uses)
        finished = order.move_finished_ids - order.move_byproduct_ids
        if PRODUCTS[product] == "lot":
            # Not picked yet: what is picked would count as produced before.
            self._fill(finished, makes, picked=False)
        self._fill(order.move_byproduct_ids, others)
        order.button_mark_done()
        moves = order.move_raw_ids | order.move_finished_ids
        test.assertEqual({order.state, *moves.mapped("state")}, {"done"})
        self.orders.append(order)

    def _run_unbuild(self, operation):
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
        line = operation.line
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.test.products[line.product].id,
                "lot_id": self.get_lot(line.good).id,
                "scrap_qty": line.quantity,
                "location_id": self.test.locations[operation.place].id,
            }
        )
        scrap.action_validate()
        self.test.assertEqual(scrap.state, "done")

    def _run_lose(self, operation):
        line = operation.line
        quant = self.env["stock.quant"]._gather(
            self.test.products[line.product],
            self.test.locations[operation.place],
            lot_id=self.get_lot(line.good),
            strict=True,
        )
        quant.ensure_one()
        quant.inventory_quantity = quant.quantity - line.quantity
        quant.action_apply_inventory()

    def _prepare_moves(self, lines, source, target):
        quantities = {}
        for line in lines:
            quantities.setdefault(line.product, []).append(line.quantity)
        return [
            Command.create(
                {
                    "product_id": self.test.products[product].id,
                    "product_uom_qty": sum(quantity),
                    "location_id": source.id,
                    "location_dest_id": target.id,
                }
            )
            for product, quantity in quantities.items()
        ]

    def _fill(self, moves, lines, picked=True):
        """Say which lots the moves took, whatever Odoo reserved."""
        moves.move_line_ids.unlink()
        for line in lines:
            product = self.test.products[line.product]
            move = moves.filtered(lambda move, product=product: move.product_id == product)
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "product_id": product.id,
                    "lot_id": self.get_lot(line.good).id,
                    "quantity": line.quantity,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        moves.picked = picked
