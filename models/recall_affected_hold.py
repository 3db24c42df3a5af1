from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RecallAffected(models.Model):
    """Which of the affected goods are on hold, were released, or never held."""

    _inherit = "recall.affected"

    hold_state = fields.Selection(
        [("held", "On Hold"), ("released", "Released"), ("not_held", "Not Held Yet")],
        "Hold",
        compute="_compute_hold_state",
        search="_search_hold_state",
        help="Released: this case has held it, and nothing holds it any more. Not held "
        "yet: this case has never held it, and nothing else does. Empty for goods "
        "without a lot of which none may be affected in stock.",
    )

    @api.depends("case_id", "product_id", "lot_id", "open_location_ids")
    def _compute_hold_state(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM recall_affected WHERE id = ANY(%s)",
                self._hold_state_sql("recall_affected"),
                self._origin.ids,
            )
        )
        states = dict(rows)
        for row in self:
            row.hold_state = states.get(row._origin.id)

    def _search_hold_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state or "" for state in value]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "COALESCE(%s, '') = ANY(%s)", model._hold_state_sql(alias), states
            )
        )

    @api.model
    def _hold_state_sql(self, alias):
        """SQL of the state of a row. Of goods without a lot, one place where they may
        be affected and are not on hold is enough.

        :param alias: of the table of these rows
        """
        self.flush_model(["case_id", "product_id", "lot_id", "open_location_ids"])
        self.env["recall.hold"].flush_model(["state"])
        row = {
            name: SQL.identifier(alias, name)
            for name in ("case_id", "product_id", "lot_id", "open_location_ids")
        }
        return SQL(
            """
            CASE WHEN %(lot_id)s IS NULL THEN (
                SELECT CASE WHEN bool_or(NOT is_active AND NOT is_own) THEN 'not_held'
                            WHEN bool_or(NOT is_active) THEN 'released'
                            WHEN bool_or(is_active) THEN 'held'
                       END
                  FROM (
                    SELECT COALESCE(bool_or(hold.state = 'active'), FALSE),
                           COALESCE(bool_or(hold.case_id = %(case_id)s), FALSE)
                      FROM jsonb_path_query(
                               %(open_location_ids)s, '$[*] ? (@.type() == "number")'
                           ) AS open(id)
                      JOIN stock_location place ON place.id = open.id::int
                      LEFT JOIN (
                               recall_hold hold
                               JOIN stock_location held ON held.id = hold.location_id
                           )
                        ON hold.product_id = %(product_id)s
                       AND place.parent_path LIKE held.parent_path || '%%'
                     GROUP BY place.id
                  ) AS places(is_active, is_own)
            )
            WHEN EXISTS (
                SELECT FROM recall_hold hold
                 WHERE hold.lot_id = %(lot_id)s AND hold.state = 'active'
            ) THEN 'held'
            WHEN EXISTS (
                SELECT FROM recall_hold hold
                 WHERE hold.lot_id = %(lot_id)s AND hold.case_id = %(case_id)s
            ) THEN 'released'
            ELSE 'not_held'
            END
            """,
            **row,
        )
