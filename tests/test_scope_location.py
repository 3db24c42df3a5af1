"""A place and a time: what was there, from when to when."""

from collections import defaultdict
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.fields import Datetime
from odoo.tools import mute_logger

from .trace_common import TraceCommon

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class LocationCommon(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.fridge = cls.env["stock.location"].create(
            {"name": "Fridge", "location_id": cls.stock.id}
        )
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.fridge.id}
        )

    def scope(self, start=False, end=False, location=None, **vals):
        return {
            "kind": "location",
            "location_id": (location or self.fridge).id,
            "date_from": start,
            "date_to": end,
            **vals,
        }

    def found(self, *args, **kwargs):
        return self._create_case(self.scope(*args, **kwargs)).scope_ids._get_seeds()

    def lots_there(self, *args, **kwargs):
        return self.found(*args, **kwargs)[0]


class TestScopeLocation(LocationCommon):
    def test_lot_that_has_left_since(self):
        (lot, other) = self.lots(self.nut, "N1", "N2")
        self.receive({lot: 5, other: 5})
        self.move({lot: 5}, self.fridge)
        came = Datetime.now()
        self.move({lot: 5}, self.stock, self.fridge)
        left = Datetime.now()
        self.deliver({lot: 5})
        case = self.trace_scope(self.scope(came + SECOND, left - SECOND))

        self.assertTraced(case, {lot: "exact"})
        row = self.affected(case)[lot]
        self.assertEqual((row.there_from, row.there_to), (came, left))

    def test_lot_that_is_still_there(self):
        (lot,) = self.lots(self.nut, "N1")
        self.receive({lot: 5})
        self.move({lot: 2}, self.fridge)
        came = Datetime.now()
        self.wait()
        case = self.trace_scope(self.scope(Datetime.now()))

        row = self.affected(case)[lot]
        self.assertEqual((row.there_from, row.there_to), (came, False))

    def test_edges_of_the_window_are_in_it(self):
        (lot,) = self.lots(self.nut, "N1")
        self.receive({lot: 5})
        self.move({lot: 5}, self.fridge)
        came = Datetime.now()
        self.move({lot: 5}, self.stock, self.fridge)
        left = Datetime.now()
        self.wait()

        self.assertEqual(self.lots_there(came - HOUR, came), lot)
        self.assertFalse(self.lots_there(came - HOUR, came - SECOND))
        self.assertEqual(self.lots_there(left, left + HOUR), lot)
        self.assertFalse(self.lots_there(left + SECOND, left + HOUR))
        self.assertEqual(self.lots_there(), lot, "a window without ends")

    def test_window_that_has_not_begun(self):
        now = Datetime.now()
        for start, end in ((now + SECOND, False), (now + HOUR, now + 2 * HOUR)):
            with self.assertRaisesRegex(ValidationError, "Fridge.* has not begun"):
                self._create_case(self.scope(start, end))
        line = self._create_case(self.scope(now, now + HOUR)).scope_ids
        with self.assertRaisesRegex(ValidationError, "has not begun"):
            line.date_from = now + SECOND

    def test_lot_that_left_and_came_back(self):
        (lot,) = self.lots(self.nut, "N1")
        self.receive({lot: 5})
        self.move({lot: 5}, self.fridge)
        first = Datetime.now()
        self.move({lot: 5}, self.stock, self.fridge)
        left = Datetime.now()
        self.wait()
        self.move({lot: 1}, self.fridge)
        again = Datetime.now()
        self.move({lot: 1}, self.stock, self.fridge)
        last = Datetime.now()

        self.assertFalse(self.lots_there(left + SECOND, again - SECOND), "in between")
        case = self.trace_scope(self.scope(first, last))
        row = self.affected(case)[lot]
        self.assertEqual((row.there_from, row.there_to), (first, last))

    def test_part_that_stays_is_one_stay(self):
        (lot,) = self.lots(self.nut, "N1")
        self.receive({lot: 5})
        self.move({lot: 5}, self.fridge)
        came = Datetime.now()
        self.move({lot: 2}, self.stock, self.fridge)
        self.wait(hours=5)
        case = self.trace_scope(self.scope(Datetime.now(), Datetime.now()))

        self.assertEqual(self.affected(case)[lot].there_from, came)

    def test_place_below(self):
        lots = self.lots(self.nut, "N1", "N2")
        self.receive(dict.fromkeys(lots, 5))
        self.move({lots[0]: 5}, self.shelf)
        start = Datetime.now()
        # within the place it does not leave it
        self.move({lots[0]: 5}, self.fridge, self.shelf)
        self.wait(hours=3)

        self.assertEqual(self.lots_there(start + SECOND, start + 9 * HOUR), lots[0])
        self.assertFalse(self.lots_there(start + 2 * HOUR, location=self.shelf))
        everything = self.lots_there(location=self.warehouse.view_location_id)
        self.assertEqual(everything, lots[0] | lots[1])

    def test_package(self):
        (lot,) = self.lots(self.nut, "N1")
        receipt = self.receive({lot: 5})
        package = self.env["stock.package"].create({"name": "PAL-1"})
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", self.stock.id)]
        )
        self.wait()
        quant.move_quants(package_dest_id=package)
        self.assertTrue(receipt)
        self.wait()
        quant = package.quant_ids
        quant.move_quants(location_dest_id=self.fridge)

        self.assertEqual(self.lots_there(), lot)

    def test_time_zone(self):
        """Dates are stored in universal time: a user elsewhere finds the same lots,
        and reads the window in their own time."""
        (lot,) = self.lots(self.nut, "N1")
        self.receive({lot: 5})
        self.move({lot: 5}, self.fridge)
        came = Datetime.now()
        line = self._create_case(self.scope(came, came)).scope_ids
        names = set()
        for tz in ("Asia/Tokyo", "America/Lima"):
            there = line.with_context(tz=tz)
            there.invalidate_recordset(["display_name"])
            self.assertEqual(there._get_seed_lots(), lot)
            names.add(there.display_name)
        self.assertEqual(len(names), 2)

    def test_goods_without_a_lot(self):
        salt = self._create_product("Salt", "none")
        self.receive({salt: 10})
        self.move({salt: 4}, self.fridge)
        came = Datetime.now()
        self.deliver({salt: 3})
        case = self.trace_scope(self.scope(came, came + SECOND))

        self.assertEqual(self.evidence(case), {salt: "inferred"})
        self.assertEqual(self.affected(case)[salt].there_from, came)
        notes = case.gap_ids.filtered(lambda gap: "Fridge" in gap.note)
        self.assertEqual(notes.mapped("kind"), ["untracked"])
        self.assertIn((self.consignee, salt), self.exposures(case))

    def test_what_came_later_is_left_out(self):
        salt = self._create_product("Salt", "none")
        self.receive({salt: 10})
        end = Datetime.now()
        self.move({salt: 4}, self.fridge)

        self.assertFalse(any(self.found(end - HOUR, end)))

    def test_quant_that_no_move_explains(self):
        """A lot of which the stock is known and no move says how it came there."""
        (lot,) = self.lots(self.nut, "N1")
        self.env["stock.quant"]._update_available_quantity(
            self.nut, self.fridge, 5, lot_id=lot
        )
        start = Datetime.now() - 9 * HOUR
        case = self.trace_scope(self.scope(start, start + HOUR))

        self.assertEqual(self.affected(case)[lot].there_from, start)

    def test_lot_that_was_added_to_a_transfer_afterwards(self):
        """Its line has the date of the correction, its move that of the transfer."""
        lot, forgotten = self.lots(self.nut, "N1", "N2")
        self.receive({lot: 5, forgotten: 5})
        moves = []
        for source, target in ((self.stock, self.fridge), (self.fridge, self.stock)):
            moves.append(self.move({lot: 5}, target, source).move_ids)
        came, left = moves[0].date, moves[1].date
        self.wait(days=2)
        for move in moves:
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "product_id": self.nut.id,
                    "lot_id": forgotten.id,
                    "quantity": 5,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        self.wait()

        self.assertEqual(self.lots_there(came, left), lot | forgotten)
        self.assertFalse(self.lots_there(Datetime.now()))

    def test_since_when_nobody_knows(self):
        lots = self.lots(self.nut, "N1", "N2")
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.nut, self.fridge, 5, lot_id=lot
            )
        self.move({lots[1]: 5}, self.stock, self.fridge)
        left = Datetime.now()
        self.wait()
        rows = self.affected(self.trace_scope(self.scope()))

        self.assertEqual(
            [(rows[lot].there_from, rows[lot].there_to) for lot in lots],
            [(False, False), (False, left)],
        )

    def test_exclusion_stays(self):
        lots = self.lots(self.nut, "N1", "N2")
        self.receive(dict.fromkeys(lots, 5))
        self.move(dict.fromkeys(lots, 5), self.fridge)
        case = self.trace_scope(self.scope(Datetime.now()))
        self.affected(case)[lots[0]].write(
            {"in_scope": False, "exclusion_reason": "Tinned"}
        )
        case.action_trace()

        row = self.affected(case)[lots[0]]
        self.assertEqual((row.in_scope, row.exclusion_reason), (False, "Tinned"))
        self.assertTrue(self.affected(case)[lots[1]].in_scope)

    def test_place_of_another_company(self):
        with self.assertRaisesRegex(ValidationError, "does not look"):
            self._create_case(self.scope(location=self.other_warehouse.lot_stock_id))

    def test_place_is_needed(self):
        with self.assertRaisesRegex(ValidationError, "Choose the place"):
            self._create_case({"kind": "location"})

    def test_moves_of_another_company_do_not_count(self):
        (lot,) = self.lots(self.nut, "N1")
        transit = self.env["stock.location"].create(
            {"name": "Shared", "usage": "internal", "company_id": False}
        )
        other = self.other_warehouse
        self.transfer({lot: 2}, other.in_type_id, self.suppliers, transit, self.vendor)

        self.assertFalse(self.lots_there(location=transit))

    def test_queries_do_not_grow(self):
        counts = []
        for number in (2, 2, 30):
            place = self.fridge.copy({"name": f"Fridge {len(counts)}"})
            lots = self.lots(self.nut, *(f"{len(counts)}/{n}" for n in range(number)))
            self.receive(dict.fromkeys(lots, 2))
            self.move(dict.fromkeys(lots, 2), place)
            case = self._create_case(self.scope(location=place))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            case.action_trace()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(case.affected_ids), number)

        self.assertEqual(counts[1], counts[2])


# What happens to a lot: it goes into the place (True) or out of it, by a quantity of
# halves, so many hours after what happened before.
STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(1, 4), st.integers(0, 3)), max_size=8
)


class TestPresenceProperty(LocationCommon):
    """Presence as SQL says it, and as counting hour by hour says it."""

    @mute_logger("odoo.models.unlink")
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS, st.integers(-1, 26), st.integers(0, 8))
    def test_as_counted_hour_by_hour(self, steps, first, length):
        with self.env.cr.savepoint() as savepoint:
            start = Datetime.now().replace(minute=0, second=0)
            product = self._create_product("Any")
            lot = self._create_lot(product, "X")
            events = self._write_events(steps, start, lot)
            window = start + first * HOUR, start + (first + length) * HOUR
            stays = self.env["recall.trace.presence"]._read_stays(
                self.fridge, self.company, *window
            )
            self.assertEqual(
                bool([stay for stay in stays if stay.lot == lot.id]),
                self._was_there(events, first, first + length),
            )
            savepoint.rollback()

    def _was_there(self, events, first, last):
        """Counted at every half hour, in which nothing happens, and at every hour."""
        hours = range(2 * first, 2 * last + 1)
        return any(
            half / 2 in events
            or sum(q for hour, q in events.items() if hour < half / 2) > 0
            for half in hours
        )

    def _write_events(self, steps, start, lot):
        """Write done lines as they may be on record; returns {hour: quantity}."""
        events, hour, rows = defaultdict(float), 0, []
        for comes, halves, pause in steps:
            hour += pause
            quantity = halves / 2
            level = sum(events.values())
            if not comes:
                quantity = min(quantity, level)
            if not quantity:
                continue
            events[hour] += quantity if comes else -quantity
            ends = (self.stock, self.fridge) if comes else (self.fridge, self.stock)
            rows.append(self._line_row(lot, quantity, start + hour * HOUR, *ends))
        self.env["stock.move.line"].create(rows)
        if left := sum(events.values()):
            self.env["stock.quant"]._update_available_quantity(
                lot.product_id, self.fridge, left, lot_id=lot
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET state = 'done' WHERE lot_id = %s", [lot.id]
        )
        self.env.invalidate_all()
        return events

    def _line_row(self, lot, quantity, date, source, target):
        return {
            "product_id": lot.product_id.id,
            "lot_id": lot.id,
            "quantity": quantity,
            "date": date,
            "company_id": self.company.id,
            "location_id": source.id,
            "location_dest_id": target.id,
        }
