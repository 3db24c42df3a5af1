"""Lines that name another place than their move: orders and productions go by the
move. And goods that are sold or used, though by their place they go to scrap, to the
vendor or to quarantine."""

from itertools import product
from random import Random

from odoo.fields import Command, Domain

from .flows import needs
from .hold_common import LooseCommon
from .till import TillFlows


class TestHoldLineAndMove(LooseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10})
        cls.quarantine = cls.warehouse.recall_quarantine_loc_id

    def deliver_by_a_line(self, order, place):
        """Deliver as a stock user with the line added over the API."""
        picking = order.picking_ids
        move = picking.move_ids
        self.env["stock.move.line"].with_user(self.stock_user).create(
            {
                **self._line_vals(move, self.bad, 4, {}),
                "move_id": move.id,
                "location_dest_id": place.id,
            }
        )
        picking = self._as(self.stock_user, picking)
        picking.move_ids.picked = True
        picking.button_validate()

    def test_delivery_by_a_line_to_where_held_goods_may_go(self):
        order = self.order({self.nut: 4})
        self.hold(self.bad)
        self.settle()
        for place in (self.scrap_place, self.suppliers, self.quarantine):
            with self.subTest(place=place.name):
                names = ["N-BAD", "Customers"]
                self.assertHeld(self.deliver_by_a_line, order, place, names=names)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_reserved_by_a_line_to_scrap_before_the_hold(self):
        picking = self.order({self.nut: 4}).picking_ids
        picking.move_line_ids.location_dest_id = self.scrap_place
        self.hold(self.bad)
        self.assertHeld(self.validate, picking)
        self.settle()
        self.assertFalse(picking.move_line_ids)

    def test_to_another_warehouse_by_a_line_to_scrap(self):
        transit = self.company.internal_transit_location_id
        self.hold(self.bad)
        vals = {"location_id": self.stock.id, "location_dest_id": transit.id}
        move = {"product_id": self.nut.id, "product_uom_qty": 4, **vals}
        picking = self.env_of(self.company)["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [Command.create(move)],
                **vals,
            }
        )
        picking.action_confirm()
        self.assertHeld(
            self.validate, picking, {self.bad: 4}, location_dest_id=self.scrap_place.id
        )

    @needs("mrp")
    def test_production_by_a_line_to_scrap(self):
        cake = self._create_product("Cake")
        (lot,) = self.lots(cake, "C1")
        self.hold(self.bad)
        order = self.order_production(cake, 2, {self.nut: 2})
        order.lot_producing_ids = lot
        order.qty_producing = 2
        for place in (self.scrap_place, self.quarantine):
            with self.subTest(place=place.name):
                self.assertHeld(self.produce_by_a_line, order, place)

    def produce_by_a_line(self, order, place):
        self.fill(order.move_raw_ids, {self.bad: 2}, location_dest_id=place.id)
        order.button_mark_done()

    @needs("repair")
    def test_repair_by_a_line_to_scrap(self):
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1})
        self.hold(self.bad)
        repair = self.start_repair(serial, {"add": {self.nut: 1}})
        self.assertHeld(self.repair_by_a_line, repair)

    def repair_by_a_line(self, repair):
        place = self.scrap_place
        self.fill(repair.move_ids, {self.bad: 1}, location_dest_id=place.id)
        repair.action_repair_done()

    def test_move_that_names_the_place_around_takes_nothing_held(self):
        """Its lines may take goods from one place in there to another."""
        self.hold(self.bad)
        vals = {"location_id": self.stock.id, "location_dest_id": self.stock.id}
        move = {"product_id": self.nut.id, "product_uom_qty": 4, **vals}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "move_ids": [Command.create(move)],
                **vals,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertFalse(picking.move_line_ids)

    def test_scrapped_by_a_line_of_a_transfer_inside(self):
        """Who finds goods on hold while putting others away may scrap them."""
        self.hold(self.bad)
        picking = self.open_quarantine_transfer(4)
        self.validate(picking, {self.bad: 4}, location_dest_id=self.scrap_place.id)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 6)


class TestHoldAnyPlace(LooseCommon):
    """Contacts and operation types may have any place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10})
        cls.quarantine = cls.warehouse.recall_quarantine_loc_id

    def set_place_of_customer(self, usage):
        place = self.env["stock.location"].create(
            {
                "name": "Samples",
                "usage": usage,
                "location_id": self.customers.id,
                "company_id": self.company.id,
            }
        )
        consignee = self.consignee.with_company(self.company)
        consignee.property_stock_customer = place

    def start_part(self):
        """A repair with a part of which N-BAD would do."""
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1})
        return self.start_repair(serial, {"add": {self.nut: 1}})

    def finish_repair(self, repair, place=None):
        if place:
            repair.move_ids.location_dest_id = place
        self.fill(repair.move_ids, {self.bad: 1})
        repair.action_repair_done()

    def test_place_of_a_customer(self):
        self.hold(self.bad)
        for usage in ("inventory", "supplier"):
            self.set_place_of_customer(usage)
            with self.subTest(usage=usage):
                names = ["N-BAD", "Samples", "OUT"]
                self.assertHeld(self.deliver, {self.bad: 1}, names=names)

    def test_delivered_once_more_to_such_a_place(self):
        self.set_place_of_customer("supplier")
        back = self.return_goods(self.deliver({self.bad: 4}), {self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(self.return_goods, back, {self.bad: 4})

    def test_reserved_for_such_a_customer(self):
        self.set_place_of_customer("inventory")
        move = self.order({self.nut: 4}).picking_ids.move_ids
        self.assertEqual(self.reserved(move), {self.bad: 4})
        self.hold(self.bad)
        self.settle()
        self.assertFalse(move.move_line_ids)
        move._action_assign()
        self.assertFalse(move.move_line_ids)

    def test_customer_sends_it_back_to_scrap(self):
        picking = self.deliver({self.bad: 4})
        self.hold(self.bad)
        back = self.start_return(picking, {self.bad: 4})
        back.location_dest_id = self.scrap_place
        self.validate(back, {self.bad: 4})
        self.assertEqual(self.quantity_in(self.bad, self.scrap_place), 4)

    def test_delivery_sent_to_scrap(self):
        """And said to have been delivered then."""
        order = self.order({self.nut: 4})
        self.hold(self.bad)
        self.settle()
        picking = order.picking_ids
        picking.location_dest_id = self.scrap_place
        self.assertHeld(self.validate, picking, {self.bad: 4})

    def test_picked_for_an_order_and_brought_to_quarantine(self):
        self.warehouse.delivery_steps = "pick_ship"
        pick = self.order({self.nut: 4}).picking_ids
        self.validate(pick, {self.bad: 4})
        self.hold(self.bad)
        back = self.start_return(pick, {self.bad: 4})
        back.location_dest_id = self.quarantine
        self.validate(back, {self.bad: 4})
        self.assertEqual(self.quantity_in(self.bad, self.quarantine), 4)

    @needs("purchase_stock")
    def test_bought_for_an_order_and_sent_back_to_the_vendor(self):
        routes = self.env.ref("stock.route_warehouse0_mto")
        routes.active = True
        routes |= self.env.ref("purchase_stock.route_warehouse0_buy")
        seller = {"partner_id": self.vendor.id, "price": 1}
        self.nut.write(
            {
                "route_ids": [Command.set(routes.ids)],
                "seller_ids": [Command.create(seller)],
            }
        )
        self.order({self.nut: 4})
        bought = self.env["purchase.order.line"].search(
            [("product_id", "=", self.nut.id)]
        )
        purchase = bought.order_id.with_env(self.env_of(self.company))
        purchase.button_confirm()
        receipt = self.validate(purchase.picking_ids, {self.bad: 4})
        self.hold(self.bad)
        self.settle()
        self.return_goods(receipt, {self.bad: 4})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)

    def set_place_of_product(self, name, usage, *products):
        """A place that is put to another use while nothing lies in it yet."""
        place = self.customers.copy(
            {"name": "Kitchen", "usage": usage, "company_id": self.company.id}
        )
        for goods in products:
            goods.with_company(self.company)[name] = place
        return place

    def finish_order(self, order):
        self.fill(order.all_move_raw_ids, {self.bad: 2})
        order.button_mark_done()

    @needs("mrp")
    def test_production_by_its_product(self):
        cake = self._create_product("Cake", "none")
        self.hold(self.bad)
        for usage in ("supplier", "inventory"):
            place = self.set_place_of_product(
                "property_stock_production", "production", cake
            )
            place.usage = usage
            order = self.order_production(cake, 2, {self.nut: 2})
            self.assertEqual(order.all_move_raw_ids.location_dest_id, place)
            order.qty_producing = 2
            with self.subTest(usage=usage):
                self.assertHeld(self.finish_order, order)

    @needs("mrp")
    def test_scrapped_from_such_a_production(self):
        cake = self._create_product("Cake", "none")
        order = self.order_production(cake, 2, {self.nut: 2})
        self.hold(self.bad)
        self.scrap({self.bad: 2}, production_id=order.id)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 8)

    @needs("mrp")
    def test_unbuild_by_its_product(self):
        shell = self._create_product("Shell", "none")
        bom = self.bom(self.nut, {shell: 1})
        self.hold(self.bad)
        for usage in ("supplier", "inventory"):
            place = self.set_place_of_product(
                "property_stock_production", "production", self.nut
            )
            place.usage = usage
            unbuild = self.env_of(self.company)["mrp.unbuild"].create(
                {
                    "product_id": self.nut.id,
                    "lot_id": self.bad.id,
                    "product_qty": 2,
                    "bom_id": bom.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.stock.id,
                }
            )
            with self.subTest(usage=usage):
                self.assertHeld(unbuild.action_unbuild)

    def test_counted_by_its_product(self):
        keeper = self._create_user("keeper", "stock.group_stock_manager")
        place = self.set_place_of_product(
            "property_stock_inventory", "inventory", self.nut
        )
        place.usage = "supplier"
        self.hold(self.bad)
        quant = self.bad.quant_ids.filtered("location_id.warehouse_id")
        quant = self._as(keeper, quant).with_context(inventory_mode=True)
        self.assertHeld(quant.write, {"inventory_quantity_auto_apply": 3})

    @needs("repair")
    def test_repair_by_its_type(self):
        self.warehouse.repair_type_id.default_location_dest_id = self.scrap_place
        self.hold(self.bad)
        self.assertHeld(self.finish_repair, self.start_part())

    @needs("repair")
    def test_repair_by_its_move(self):
        repair = self.start_part()
        self.hold(self.bad)
        for place in (self.scrap_place, self.suppliers, self.quarantine, self.stock):
            with self.subTest(place=place.name):
                self.assertHeld(self.finish_repair, repair, place)

    @needs("repair")
    def test_reserved_for_such_a_repair(self):
        self.warehouse.repair_type_id.default_location_dest_id = self.scrap_place
        move = self.start_part().move_ids
        move._action_assign()
        self.assertEqual(self.reserved(move), {self.bad: 1})
        self.hold(self.bad)
        self.settle()
        self.assertFalse(move.move_line_ids)


class TestHoldLeaving(LooseCommon):
    def documents(self):
        """Values of moves by what they belong to."""
        order = self.order({self.nut: 4})
        documents = [{}, {"sale_line_id": order.order_line.id}]
        if "repair_line_type" in self.env["stock.move"]._fields:
            documents += [{"repair_line_type": "add"}, {"repair_line_type": "remove"}]
        return documents

    def places(self):
        places = self.stock | self.shelf | self.scrap_place | self.suppliers
        places |= self.customers | self.company.internal_transit_location_id
        places |= self.warehouse.recall_quarantine_loc_id
        if "subcontracting_location_id" in self.company._fields:
            places |= self.company.subcontracting_location_id
        return places

    def test_search_finds_the_lines_that_are_refused(self):
        """What is settled is what is refused, and nothing else."""
        goods = self._create_product("Any", "none", is_storable=False)
        documents = self.documents()
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": goods.id,
                    "product_uom_qty": 1,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    **document,
                }
                for source, target in product(self.places(), repeat=2)
                for document in documents
            ]
        )
        lines = self.env["stock.move.line"].create(
            [
                {
                    **self._line_vals(move, goods, 1, {}),
                    "move_id": move.id,
                    "location_dest_id": target.id,
                }
                for move in moves
                for target in move.location_dest_id | self.scrap_place
            ]
        )
        self.env.flush_all()
        domain = moves._get_leaving_domain() & Domain("id", "in", lines.ids)
        found = lines.search(domain, order="id")
        self.assertEqual(found, lines._filter_leaving())
        self.assertTrue(found < lines)


@needs("mrp_subcontracting", "point_of_sale", "purchase_stock", "repair")
class TestHoldLeavingAtRandom(TillFlows, LooseCommon):
    """Moves and lines of any places and documents, also such as no flow makes."""

    MOVES = 1500

    def setUp(self):
        super().setUp()
        self.random = Random(19)
        self.any = self._create_product("Any", "none", is_storable=False)
        self.mill = self.company.subcontracting_location_id
        self.places = self.get_places()
        self.documents = self.get_documents()

    def get_places(self):
        places = self.env["stock.location"]
        quarantine = self.warehouse.recall_quarantine_loc_id
        for parent, active in (
            (quarantine, True),
            (self.mill, True),
            (self.mill, False),
        ):
            shelf = {"name": "Shelf", "location_id": parent.id, "active": active}
            places |= places.create({**shelf, "company_id": self.company.id})
        places |= self.stock | self.shelf | self.warehouse.view_location_id
        places |= self.scrap_place | self.suppliers | self.customers | self.mill
        places |= self.company.internal_transit_location_id | quarantine
        return places | self.any.property_stock_production

    def get_documents(self):
        """{field: values that a move may have there}"""
        sale = self.order({self.nut: 4}).order_line
        line = {"product_id": self.nut.id, "product_qty": 4}
        purchase = self.env["purchase.order"].create(
            {"partner_id": self.vendor.id, "order_line": [Command.create(line)]}
        )
        scrap = self.env["stock.scrap"].create({"product_id": self.any.id})
        self.open_till("real")
        vals = {
            "picking_type_id": self.warehouse.out_type_id.id,
            "location_id": self.stock.id,
            "location_dest_id": self.customers.id,
        }
        session_id = self.till.current_session_id.id
        pickings = self.env["stock.picking"].create(
            [vals, {**vals, "pos_session_id": session_id}]
        )
        return {
            "sale_line_id": [False, False, sale.id],
            "purchase_line_id": [False, False, purchase.order_line.id],
            "scrap_id": [False, False, scrap.id],
            "repair_line_type": [False, False, "add", "remove", "recycle"],
            "raw_material_production_id": [False, False, self.get_production().id],
            "unbuild_id": [False, False, self.get_unbuild().id],
            "picking_id": [False, *pickings.ids],
            "origin_returned_move_id": [False, *self.get_made().ids],
        }

    def get_production(self):
        return self.order_production(self._create_product("Cake"), 1, {self.nut: 1})

    def get_unbuild(self):
        paste = self._create_product("Paste")
        vals = {"product_id": paste.id, "bom_id": self.bom(paste, {self.nut: 1}).id}
        return self.env_of(self.company)["mrp.unbuild"].create(vals)

    def get_made(self):
        """Moves that brought goods from subcontractors, and some that only seem so."""
        at_mill = self.places.filtered(lambda place: place._child_of(self.mill))
        return self.env["stock.move"].create(
            [
                {
                    "product_id": goods.id,
                    "product_uom_qty": 1,
                    "location_id": place.id,
                    "location_dest_id": self.stock.id,
                    "is_subcontract": is_subcontract,
                }
                for place in at_mill
                for goods, is_subcontract in (
                    (self.any, True),
                    (self.any, True),
                    (self.any, False),
                    (self.cookie, True),
                )
            ]
        )

    def choose_ends(self):
        source, target = (self.random.choice(self.places) for _end in range(2))
        return {"location_id": source.id, "location_dest_id": target.id}

    def create_moves(self):
        return self.env["stock.move"].create(
            [
                {
                    "product_id": self.any.id,
                    "product_uom_qty": 1,
                    **self.choose_ends(),
                    **{
                        name: self.random.choice(values)
                        for name, values in self.documents.items()
                    },
                }
                for _move in range(self.MOVES)
            ]
        )

    def create_lines(self, moves, ends=None):
        return self.env["stock.move.line"].create(
            [
                {
                    **self._line_vals(move, self.any, 1, {}),
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    **(ends() if ends else {}),
                }
                for move in moves
            ]
        )

    def search_leaving(self, lines):
        self.env.flush_all()
        domain = self.env["stock.move"]._get_leaving_domain()
        return lines.search(domain & Domain("id", "in", lines.ids))

    def test_search_finds_the_lines_that_are_refused(self):
        moves = self.create_moves()
        lines = self.create_lines(moves, self.choose_ends) | self.create_lines(moves)
        found = self.search_leaving(lines)
        self.assertFalse(found - lines._filter_leaving())
        self.assertFalse(lines._filter_leaving() - found)
        self.assertTrue(found < lines)

    def test_what_a_move_may_reserve_is_not_broken_again(self):
        """Else it would be reserved and broken for ever."""
        lines = self.create_lines(self.create_moves())
        found = self.search_leaving(lines)
        free = lines.filtered(lambda line: line.move_id._may_take_held())
        self.assertTrue(free)
        self.assertFalse(found & free)
