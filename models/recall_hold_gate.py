from odoo import api, fields, models
from odoo.tools import SQL

GATES = 256
# The first key of our advisory locks, so that nobody else's numbers meet them.
LOCK_SPACE = 0x7EC411


class RecallHoldGate(models.Model):
    """What a shipment and a hold meet at, so that none slips past the other.

    Odoo's transactions see the database as it was when they began, so a shipment that
    began before a hold does not see the hold. Each product has a gate, which several
    may share. Who ships passes it: shared, for as long as its transaction lasts. Who
    holds closes it: alone, once those who are passing have ended. Whoever began
    before and comes to the gate after finds its row changed, which PostgreSQL answers
    with a serialization failure; Odoo then runs the shipment again, and it sees the
    hold.

    Advisory locks do the waiting, as they are granted in the order of asking: row
    locks alone would let a stream of shipments keep a hold waiting for ever. No lot,
    product or quant is locked, so everyday work meets no lock that it did not before.
    """

    _name = "recall.hold.gate"
    _description = "Gate Between Shipments and Holds"
    _log_access = False

    closings = fields.Integer(default=0, required=True)

    def init(self):
        # Rows that are there before anybody ships: an old snapshot has to know them.
        self.env.cr.execute(
            SQL(
                """INSERT INTO recall_hold_gate (id, closings)
                   SELECT gate, 0 FROM generate_series(0, %s) AS gate
                   ON CONFLICT DO NOTHING""",
                GATES - 1,
            )
        )

    @api.model
    def _pass_sql(self, products):
        """Query that passes the gates of products; it returns one row.

        It waits for holds that are being placed, and fails with a serialization
        failure where one was placed since this transaction began.
        """
        return SQL(
            """
            SELECT count(*) AS passed
              FROM (
                  SELECT id
                    FROM recall_hold_gate
                   WHERE id = ANY(%s)
                     AND pg_advisory_xact_lock_shared(%s, id) IS NOT NULL
                     FOR SHARE
              ) AS gate
            """,
            self._get_gates(products),
            LOCK_SPACE,
        )

    @api.model
    def _close(self, products):
        """Wait for those who pass the gates of products, and let nobody else pass
        before this transaction ends."""
        gates = self._get_gates(products)
        # In order, lest two holds wait for each other.
        self.env.cr.execute(
            SQL(
                """SELECT pg_advisory_xact_lock(%s, gate)
                     FROM (SELECT unnest(%s) AS gate ORDER BY 1) AS gates""",
                LOCK_SPACE,
                gates,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE recall_hold_gate SET closings = closings + 1
                    WHERE id = ANY(%s)""",
                gates,
            )
        )

    @api.model
    def _get_gates(self, products):
        return sorted({product_id % GATES for product_id in products.ids})
