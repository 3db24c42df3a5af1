"""Never a leak: shippers against holds, in processes of their own."""

import os
import random
import time
from collections import namedtuple
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, mute_logger

from odoo.addons.stock_recall.models.recall_hold_gate import LOCK_SPACE

from .flows import needs
from .processes import FORK, Flows, ProcessCase

ROUNDS = int(os.environ.get("STOCK_RECALL_RACE_ROUNDS", 200))
SHIPPERS = 3
SECONDS = 900  # a quiet machine takes three minutes
STOCK = 1000.0
# Every n-th round holds so: the others hold a lot without a case.
BY_CASE, WITHOUT_LOT = 4, 5
Goods = namedtuple("Goods", "product_id move_id lot_id good_id")
QUIET = "odoo.service.model", "odoo.sql_db", "odoo.addons.stock_recall"


@needs("mrp", "sale_stock")
class TestHoldRace(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.transaction() as env:
            cls._set_up(env)

    @classmethod
    def _set_up(cls, env):
        """Goods in stock for each round, four lots of a product and one without."""
        Flows.warehouse.out_type_id.use_create_lots = True  # numbers may be typed
        cls.shelf_id = (
            env["stock.location"]
            .create({"name": "Shelf", "location_id": Flows.stock.id})
            .id
        )
        cls.made_id = Flows._create_product("Made", "none").id
        goods = []  # (what is held, other goods of the product)
        for first in range(0, ROUNDS, WITHOUT_LOT):
            loose = Flows._create_product(f"Loose {first}", "none")
            nut = Flows._create_product(f"Nut {first}")
            names = (f"N-{first + number}" for number in range(WITHOUT_LOT))
            good, *lots = Flows.lots(nut, *names)
            goods += [(lot, good) for lot in lots] + [(loose, loose)]
        Flows.receive({key: STOCK for pair in goods for key in pair})
        delivery = Flows.transfer(
            {good: 1 for _key, good in goods},
            Flows.warehouse.out_type_id,
            Flows.stock,
            Flows.customers,
        )
        moves = delivery.move_ids.grouped("product_id")
        cls.goods = [
            Goods(
                Flows.product_of(key).id,
                moves[Flows.product_of(key)].id,
                Flows.lot_of(key).id,
                Flows.lot_of(good).id,
            )
            for key, good in goods
        ]

    def setUp(self):
        super().setUp()
        self.current = FORK.Value("i", 0)
        self.ended = FORK.Event()
        self.left = FORK.Array("i", ROUNDS)
        self.refused = FORK.Array("i", ROUNDS)
        self.held = FORK.Array("i", ROUNDS)
        self.gave_up = FORK.Array("i", ROUNDS)
        self.found = FORK.SimpleQueue()

    # ------------------------------------------------------------------
    # The shippers
    # ------------------------------------------------------------------
    @mute_logger(*QUIET)
    def _ship(self):
        """Take goods of the present and the last round away, until the end."""
        paths = {
            self._add_to_done: 8,
            self._change_lot_of_done: 6,
            self._change_done: 6,
            self._transfer: 3,
            self._validate_prepared: 3,
            self._type_lot: 2,
            self._move_to_shelf: 2,
            self._relocate: 2,
            self._deliver: 1,
            self._produce: 1,
        }
        while not self.ended.is_set():
            number = max(self.current.value - random.choice((0, 0, 0, 1)), 0)
            (path,) = random.choices(list(paths), paths.values())
            self._try(path, number)

    def _try(self, path, number):
        held = self.held[number]
        try:
            if path(number) is False:
                return
        except UserError as error:
            self.assertIn("on hold", str(error))
            count = self.refused
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            count = self.gave_up  # after five tries; a person would click again
        else:
            self.assertFalse(held, f"{path.__name__} took held goods, round {number}")
            count = self.left
        with count.get_lock():
            count[number] += 1

    def _key(self, env, number):
        goods = self.goods[number]
        if goods.lot_id:
            return env["stock.lot"].browse(goods.lot_id)
        return env["product.product"].browse(goods.product_id)

    def _get_domain(self, number):
        goods = self.goods[number]
        return [("product_id", "=", goods.product_id), ("lot_id", "=", goods.lot_id)]

    def _transfer(self, number):
        self.call(
            lambda env: Flows.transfer(
                {self._key(env, number): 1},
                Flows.warehouse.out_type_id,
                Flows.stock,
                Flows.customers,
            )
        )

    def _deliver(self, number):
        self.call(lambda env: Flows.deliver({self._key(env, number): 1}))

    def _validate_prepared(self, number):
        """Confirmed and reserved in one transaction, validated in another."""
        picking_id = self.call(self._prepare, number)
        self.call(self._validate, picking_id, number)

    def _prepare(self, env, number, lines=True):
        key = self._key(env, number)
        picking = env["stock.picking"].create(
            {
                "picking_type_id": Flows.warehouse.out_type_id.id,
                "location_id": Flows.stock.id,
                "location_dest_id": Flows.customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": Flows.product_of(key).id,
                            "product_uom_qty": 1,
                            "location_id": Flows.stock.id,
                            "location_dest_id": Flows.customers.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        if lines:
            Flows.fill(picking.move_ids, {key: 1})
        return picking.id

    def _validate(self, env, picking_id, number):
        picking = env["stock.picking"].browse(picking_id)
        if picking.move_line_ids:
            Flows.validate(picking)
        else:  # the hold has taken its goods
            Flows.validate(picking, {self._key(env, number): 1})

    def _type_lot(self, number):
        if not self.goods[number].lot_id:
            return False

        def type_lot(env):
            picking_id = self._prepare(env, number, lines=False)
            picking = env["stock.picking"].browse(picking_id)
            key, move = self._key(env, number), picking.move_ids
            picking.move_line_ids.unlink()
            vals = Flows._line_vals(move, move.product_id, 1, {"lot_name": key.name})
            picking.move_line_ids = [Command.create(vals)]
            move.picked = True
            picking.button_validate()
            self.assertEqual(picking.state, "done")

        return self.call(type_lot)

    def _add_to_done(self, number):
        def add(env):
            move = env["stock.move"].browse(self.goods[number].move_id)
            vals = self._key(env, number), 1, {"move_id": move.id}
            env["stock.move.line"].create(Flows._line_vals(move, *vals))

        self.call(add)

    def _change_lot_of_done(self, number):
        """Other goods on record for what was delivered before."""
        goods = self.goods[number]
        if not goods.lot_id:
            return False

        def change(env):
            move = env["stock.move"].browse(goods.move_id)
            good = env["stock.lot"].browse(goods.good_id)
            vals = Flows._line_vals(move, good, 1, {"move_id": move.id})
            env["stock.move.line"].create(vals).lot_id = goods.lot_id

        return self.call(change)

    def _change_done(self, number):
        """More on record for what was delivered before, or less for what came in."""

        def change(env):
            ways = [(("location_dest_id", "=", Flows.customers.id), 1)]
            if self.goods[number].lot_id:
                ways.append((("location_id", "=", Flows.suppliers.id), -1))
            place, change = random.choice(ways)
            domain = [*self._get_domain(number), ("state", "=", "done"), place]
            lines = env["stock.move.line"].search(domain, limit=20)
            if not lines:
                return False
            random.choice(lines).quantity += change
            return True

        return self.call(change)

    def _move_to_shelf(self, number):
        self.call(
            lambda env: Flows.move(
                {self._key(env, number): 1},
                env["stock.location"].browse(self.shelf_id),
            )
        )

    def _relocate(self, number):
        def relocate(env):
            domain = [
                *self._get_domain(number),
                ("location_id", "=", self.shelf_id),
                ("quantity", ">", 0),
            ]
            quants = env["stock.quant"].search(domain)
            if not quants:
                return False
            quants.move_quants(location_dest_id=Flows.stock)
            return True

        return self.call(relocate)

    def _produce(self, number):
        self.call(
            lambda env: Flows.produce(
                {env["product.product"].browse(self.made_id): 1},
                {self._key(env, number): 1},
            )
        )

    # ------------------------------------------------------------------
    # The holder
    # ------------------------------------------------------------------
    @mute_logger(*QUIET)
    def _hold(self):
        """Hold the goods of one round after the other, while they are leaving."""
        for number in range(ROUNDS):
            case_id = None
            if not number % BY_CASE and self.goods[number].lot_id:
                case_id = self.call(self._trace, number)
            self._wait_for_shippers(number)
            begun = time.monotonic()
            seen = self.call(self._place, number, case_id)
            waited = seen.pop("at") - begun
            if case_id:
                self.retrace()
            self.found.put((number, case_id, waited, seen))
        self.ended.set()

    def _wait_for_shippers(self, number):
        deadline = time.monotonic() + 5
        while not self.left[number] and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.05))

    def _trace(self, env, number):
        case = Flows._create_lot_case(self._key(env, number))
        case.action_trace()
        return case.id

    def _place(self, env, number, case_id):
        """Hold, and look where the goods are at the moment of the commit, before
        anything that follows it."""
        seen = {}

        @env.cr.postcommit.add
        def look():
            seen["at"] = time.monotonic()
            with self.transaction() as other:
                seen.update(self._whereabouts(other, number))
            self.held[number] = 1
            self.current.value = min(number + 1, ROUNDS - 1)

        if case_id:
            env["recall.case"].browse(case_id).action_hold()
        elif self.goods[number].lot_id:
            env["recall.hold"]._place(self._key(env, number), "Salmonella")
        else:
            places = [(self._key(env, number), Flows.warehouse.view_location_id)]
            env["recall.hold"]._place(env["stock.lot"], "Salmonella", places=places)
        return seen

    @mute_logger(*QUIET)
    def _settle(self):
        """Break reservations, as the cron would at the same time."""
        while not self.ended.is_set():
            with self.transaction() as env:
                env.cr.rollback()  # as Odoo starts a cron: with nothing read yet
                env["recall.hold"]._cron_settle()
            time.sleep(0.2)

    # ------------------------------------------------------------------
    # What is true, told by the database and nothing of ours
    # ------------------------------------------------------------------
    def _whereabouts(self, env, number):
        """{location id: quantity} of a round's goods, and what was done with them."""
        goods = SQL(
            "product_id = %s AND lot_id IS NOT DISTINCT FROM %s",
            self.goods[number].product_id,
            self.goods[number].lot_id or None,
        )
        stock = env.execute_query(
            SQL(
                "SELECT location_id, sum(quantity)::float FROM stock_quant WHERE %s "
                "GROUP BY location_id HAVING sum(quantity) <> 0",
                goods,
            )
        )
        done = env.execute_query(
            SQL(
                "SELECT location_dest_id, sum(quantity_product_uom)::float "
                "FROM stock_move_line WHERE state = 'done' AND %s "
                "GROUP BY location_dest_id",
                goods,
            )
        )
        return {"stock": dict(stock), "done": dict(done)}

    def test_nothing_leaves_after_its_hold(self):
        workers = [self.start(self._ship) for _shipper in range(SHIPPERS)]
        workers += [self.start(self._settle), self.start(self._hold)]
        rounds = self._collect(time.monotonic() + SECONDS)
        self.join(60, workers)
        with self.transaction() as env:
            for number, case_id, _waited, seen in rounds:
                self.assertEqual(self._whereabouts(env, number), seen, number)
                if case_id:
                    self._check_exposures(env, number, case_id)
            self.assertFalse(self._open_lines(env))
        self._check_it_was_a_race(rounds)

    def _collect(self, deadline):
        """What the holder saw at each commit."""
        rounds = []
        while len(rounds) < ROUNDS:
            self._raise_errors()
            self.assertLess(time.monotonic(), deadline, self._describe_locks())
            if self.found.empty():
                time.sleep(0.05)
            else:
                rounds.append(self.found.get())
        return rounds

    def _check_exposures(self, env, number, case_id):
        """All that left is in the list of the trace that followed the hold."""
        case = env["recall.case"].browse(case_id)
        exposed = sum(case.exposure_ids.mapped("qty_delivered"))
        done = self._whereabouts(env, number)["done"]
        self.assertEqual(exposed, done.get(Flows.customers.id, 0), number)

    def _open_lines(self, env):
        self.call(self._settle_all)
        return env["stock.move.line"].search(env["recall.hold"]._get_broken_domain())

    def _settle_all(self, env):
        while env["recall.hold"]._settle():
            pass

    def _check_it_was_a_race(self, rounds):
        """Else the test says nothing: goods left before their hold, others were
        refused after it, and no hold waited for long."""
        self.assertGreater(sum(map(bool, self.left)), ROUNDS * 0.75)
        self.assertGreater(sum(map(bool, self.refused)), ROUNDS * 0.5)
        self.assertLess(max(waited for _n, _c, waited, _s in rounds), 10)

    @mute_logger(*QUIET)
    def test_nothing_leaves_once_a_hold_has_closed_the_gate(self):
        """Not only from the commit on."""
        with self.transaction():
            lot = Flows._create_lot(Flows._create_product("Gated"), "N-1")
            Flows.receive({lot: 5})
            out = Flows.warehouse.out_type_id
            picking = Flows.start_transfer({lot: 1}, out, Flows.stock, Flows.customers)
            product_id, picking_id = lot.product_id.id, picking.id
        with self.transaction() as holding:
            product = holding["product.product"].browse(product_id)
            holding["recall.hold.gate"]._close(product)
            with self.assertRaises(LockNotAvailable), self.transaction() as env:
                env.cr.execute("SET LOCAL lock_timeout = '1s'")
                Flows.validate(env["stock.picking"].browse(picking_id))

    def test_hold_is_not_kept_waiting_by_a_stream_of_shipments(self):
        """One always passes the gate before the last has ended; the hold comes next
        all the same."""
        for offset in (0, 0.25):
            self.start(self._pass_slowly, offset)
        time.sleep(1)
        begun = time.monotonic()
        holder = self.start(self.call, self._place, 0, None)
        self.join(20, [holder])
        self.assertLess(time.monotonic() - begun, 3)
        self.ended.set()
        self.join(20)

    @mute_logger(*QUIET)
    def _pass_slowly(self, offset):
        time.sleep(offset)
        while not self.ended.is_set():
            self.call(self._pass, 0.5)

    def _pass(self, env, seconds):
        holds = env["recall.hold"]
        holds._read_active(self._key(env, 0), env["product.product"], passing=True)
        time.sleep(seconds)

    @mute_logger(*QUIET)
    def test_batch_that_a_hold_overtook_leaves_the_held_goods_behind(self):
        """It is run again, and must not go by what it knew before."""
        picking_ids = [self.call(self._prepare, number) for number in (0, 1)]
        begun, held = FORK.Event(), FORK.Event()
        holder = self.start(self._hold_while, begun, held)
        tries = []

        def validate(env):
            tries.append(1)
            env["recall.hold"]._get_active_keys()
            begun.set()
            self.assertTrue(held.wait(20))
            pickings = env["stock.picking"].browse(picking_ids)
            pickings.move_ids.picked = True
            pickings.button_validate()
            return pickings.mapped("state")

        states = self.call(validate)
        self.join(20, [holder])
        self.assertEqual([state == "done" for state in states], [False, True])
        self.assertEqual(len(tries), 2)

    def _hold_while(self, begun, held):
        """Hold, and break no reservation, while a batch is validated."""
        begun.wait(20)
        with patch.object(self.own_registry["recall.hold"], "_settle_at_once"):
            self.call(self._place, 0, None)
        held.set()

    @mute_logger(*QUIET)
    def test_deadlock_of_a_shipment_and_a_hold_is_run_again(self):
        """Each has what the other waits for: PostgreSQL ends one of the two."""
        with self.transaction() as env:
            gates, lots = env["recall.hold.gate"], []
            while len(lots) < 2:
                lot = Flows._create_lot(Flows._create_product("Twin"), "N-BAD")
                good = Flows._create_lot(lot.product_id, "N-GOOD")
                Flows.receive({lot: 5, good: 5})
                lots.append((gates._get_gates(lot.product_id), lot.id, good.id))
        (_gate, bad_id, good_id), (_gate, other_bad_id, other_good_id) = sorted(lots)
        shipping, tries = FORK.Event(), FORK.Value("i", 0)
        # the hold closes them in order, the shipment passes them in the other one
        good_ids, bad_ids = [other_good_id, good_id], [bad_id, other_bad_id]
        shipper = self.start(self.call, self._ship_slowly, good_ids, shipping, tries)
        holder = self.start(self.call, self._hold_both, bad_ids, shipping, tries)
        self.join(30, [shipper, holder])
        self.assertGreater(tries.value, 2, "it was no deadlock")
        with self.transaction() as env:
            lots = env["stock.lot"].browse
            self.assertEqual(lots(bad_ids).mapped("recall_hold"), [True, True])
            customers = lots(good_ids).quant_ids.filtered(
                lambda quant: quant.location_id == Flows.customers
            )
            self.assertEqual(customers.mapped("quantity"), [1, 1])

    def _ship_slowly(self, env, lot_ids, shipping, tries):
        with tries.get_lock():
            tries.value += 1
        for lot in env["stock.lot"].browse(lot_ids):
            Flows.transfer(
                {lot: 1}, Flows.warehouse.out_type_id, Flows.stock, Flows.customers
            )
            if not shipping.is_set():
                shipping.set()
                time.sleep(1)  # in which the hold closes the other gate

    def _hold_both(self, env, lot_ids, shipping, tries):
        self.assertTrue(shipping.wait(20))
        with tries.get_lock():
            tries.value += 1
        env["recall.hold"]._place(env["stock.lot"].browse(lot_ids), "Salmonella")

    def test_quant_rewritten_while_its_lot_is_held(self):
        customers_id = Flows.customers.id
        self._check_refused_when_overtaken(
            "stock.group_stock_user",
            lambda quant: quant.write({"location_id": customers_id}),
        )

    def test_place_moved_while_goods_in_it_are_held(self):
        with self.transaction():
            elsewhere_id = Flows.new_warehouse("W2").lot_stock_id.id
        self._check_refused_when_overtaken(
            "stock.group_stock_manager",
            lambda quant: quant.location_id.write({"location_id": elsewhere_id}),
        )

    def test_product_not_stored_any_more_while_its_lot_is_held(self):
        self._check_refused_when_overtaken(
            "stock.group_stock_user,product.group_product_manager",
            lambda quant: quant.product_tmpl_id.write({"is_storable": False}),
        )

    def test_lot_renamed_while_it_is_held(self):
        self._check_refused_when_overtaken(
            "stock.group_stock_user",
            lambda quant: quant.lot_id.write({"name": "ANOTHER"}),
        )

    @mute_logger(*QUIET)
    def _check_refused_when_overtaken(self, group, write):
        """What no move does is run again as well, when a hold was placed meanwhile.

        :param group: of the user
        :param write: what to do with the quant, by then on hold
        """
        with self.transaction() as env:
            product = self._key(env, 0).product_id
            lot = Flows._create_lot(product, self._testMethodName)
            Flows.receive({lot: 1})
            shelf = env["stock.location"].browse(self.shelf_id)
            Flows.move({lot: 1}, shelf)
            quant = lot.quant_ids.filtered(lambda quant: quant.location_id == shelf)
            lot_id, quant_id = lot.id, quant.id
            uid = Flows._create_user(self._testMethodName, group).id
        tries = []

        def overtaken(env):
            tries.append(1)
            quant = env["stock.quant"].browse(quant_id)
            self.assertEqual(quant.quantity, 1)  # from here on it sees no later change
            if len(tries) == 1:
                self.call(self._hold_lot, lot_id)
            write(quant)

        with self.assertRaisesRegex(UserError, "on hold"):
            self.call(overtaken, uid=uid)
        self.assertEqual(len(tries), 2)

    @mute_logger(*QUIET)
    def test_new_lot_in_other_letters_while_its_number_is_held(self):
        with self.transaction() as env:
            product = self._key(env, 0).product_id
            held = [Flows._create_lot(product, "LETTERS").id]
        new_id = self.call(self._create_in_other_letters, held[0], held)
        with self.transaction() as env:
            self.assertTrue(env["stock.lot"].browse(new_id).recall_hold)

    def _create_in_other_letters(self, env, lot_id, held):
        lot = env["stock.lot"].browse(lot_id)
        self.assertEqual(lot.name, "LETTERS")  # its transaction has begun
        if held:
            self.call(self._hold_lot, held.pop())
        return lot.copy({"name": "letters"}).id

    def _hold_lot(self, env, lot_id):
        env["recall.hold"]._place(env["stock.lot"].browse(lot_id), "Salmonella")

    def test_loose_goods_come_back_while_they_are_held(self):
        """A return that began before the hold, and ends after it, arrives held."""
        with self.transaction() as env:
            cookie = Flows._create_product("Cookie", "none")
            shelf = Flows.stock.copy({"name": "Shelf", "location_id": Flows.stock.id})
            Flows.receive({cookie: 20})
            out = Flows.deliver({cookie: 5})
            Flows.move({cookie: 15}, shelf)
            back = Flows.start_return(out, {cookie: 5})
            back.move_ids.picked = True
            held, back_id = [(cookie.id, shelf.id)], back.id
        self.call(self._validate_overtaken, back_id, held)
        with self.transaction() as env:
            quants = env["stock.quant"].search([("product_id", "=", cookie.id)])
            there = quants.filtered(lambda quant: quant.location_id == Flows.stock)
            self.assertEqual(there.quantity, 5)
            self.assertTrue(there.recall_hold)

    def test_loose_goods_come_to_quarantine_while_they_are_held(self):
        """By a transfer that began before the hold: they are on hold there."""
        with self.transaction() as env:
            cookie = Flows._create_product("Cookie", "none")
            Flows.receive({cookie: 10})
            stock, quarantine = Flows.stock, Flows.warehouse.recall_quarantine_loc_id
            picking = Flows.start_transfer(
                {cookie: 10}, Flows.warehouse.int_type_id, stock, quarantine
            )
            Flows.fill(picking.move_ids, {cookie: 10})
            held, picking_id = [(cookie.id, stock.id)], picking.id
        self.call(self._validate_overtaken, picking_id, held)
        with self.transaction() as env:
            quants = env["stock.quant"].search([("product_id", "=", cookie.id)])
            there = quants.filtered(lambda quant: quant.location_id == quarantine)
            self.assertEqual(there.quantity, 10)
            self.assertTrue(there.recall_hold)

    @mute_logger(*QUIET)
    def test_loose_goods_beside_held_ones_leave_once(self):
        """Two deliveries at once of all that is free: the second would take what is on
        hold below, and sees no less than the first."""
        with self.transaction() as env:
            cookie = Flows._create_product("Cookie", "none")
            shelf = Flows.stock.copy({"name": "Shelf", "location_id": Flows.stock.id})
            Flows.receive({cookie: 10})
            Flows.move({cookie: 5}, shelf)
            first, second = (self._prepare_loose(cookie) for _picking in range(2))
            self._hold_loose(env, cookie.id, shelf.id)
        with self.transaction() as env:
            self._validate_loose(env, first)
            with self.assertRaises(LockNotAvailable), self.transaction() as other:
                other.cr.execute("SET LOCAL lock_timeout = '1s'")
                self._validate_loose(other, second)
        with self.assertRaisesRegex(UserError, "on hold"):
            self.call(self._validate_loose, second)

    def _prepare_loose(self, product):
        picking = Flows.start_transfer(
            {product: 5}, Flows.warehouse.out_type_id, Flows.stock, Flows.customers
        )
        Flows.fill(picking.move_ids, {product: 5})
        return picking.id

    def _validate_loose(self, env, picking_id):
        env["stock.picking"].browse(picking_id).button_validate()

    def test_lot_of_a_sister_comes_in_while_it_is_held(self):
        """What we know it by is on hold when its receipt ends after the hold."""
        with self.transaction() as env:
            sister = env["res.company"].create({"name": "Sister"})
            product = Flows._create_product("Shared")
            ours, theirs = (
                Flows._create_lot(product, "N-1", company_id=company.id)
                for company in (Flows.company, sister)
            )
            case = Flows._create_lot_case(
                theirs,
                company_id=sister.id,
                company_ids=[Command.set((Flows.company | sister).ids)],
            )
            transit = env.ref("stock.stock_location_inter_company")
            picking = Flows.start_transfer(
                {ours: 5}, Flows.warehouse.in_type_id, transit, Flows.stock
            )
            Flows.fill(picking.move_ids, {ours: 5})
            held, picking_id, lot_id = [(theirs.id, case.id)], picking.id, ours.id
        self.call(self._validate_overtaken, picking_id, held, self._hold_for)
        with self.transaction() as env:
            self.assertTrue(env["stock.lot"].browse(lot_id).recall_hold)

    def _hold_for(self, env, lot_id, case_id):
        lot, case = env["stock.lot"].browse(lot_id), env["recall.case"].browse(case_id)
        env["recall.hold"]._place(lot, "Salmonella", case)

    @mute_logger(*QUIET)
    def _validate_overtaken(self, env, picking_id, held, hold=None):
        """Validate a transfer while goods, by default without a lot, are placed on
        hold."""
        picking = env["stock.picking"].browse(picking_id)
        self.assertEqual(picking.state, "assigned")  # its transaction has begun
        if held:
            self.call(hold or self._hold_loose, *held.pop())
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def _hold_loose(self, env, product_id, place_id):
        product = env["product.product"].browse(product_id)
        places = [(product, env["stock.location"].browse(place_id))]
        env["recall.hold"]._place(env["stock.lot"], "Glass", places=places)

    def test_trace_does_not_keep_reservations_from_being_broken(self):
        """Both follow a hold at once, and breaking notes rows for the case."""
        with self.transaction() as env:
            case_id = self._trace(env, 0)
        with self.transaction() as env, self.transaction() as tracing:
            env.cr.execute("SELECT 1")  # from here on it sees no later change
            tracing["recall.case"].browse(case_id)._trace()
            tracing.cr.commit()
            # as the database does for a row that refers to the case
            lock = SQL(
                "SELECT id FROM recall_case WHERE id = %s FOR KEY SHARE", case_id
            )
            self.assertEqual(env.execute_query(lock), [(case_id,)])

    def test_who_ships_passes_the_gate_where_nothing_is_held(self):
        with self.transaction() as env:
            env.cr.execute("ANALYZE recall_hold")
            # Small tables let PostgreSQL start at the gate anyway. So it would start
            # at the holds, which an index sorts, if the query let it.
            env.cr.execute("SET LOCAL enable_sort = off")
            free = Flows._create_lot(self._key(env, 0).product_id, "N-FREE")
            env["recall.hold"]._read_active(
                free, free.product_id.browse(), passing=True
            )
            locks = env.execute_query(
                SQL(
                    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' "
                    "AND classid = %s AND pid = pg_backend_pid()",
                    LOCK_SPACE,
                )
            )
        self.assertEqual(len(locks), 1)
