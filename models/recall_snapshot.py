import json

from odoo import fields, models
from odoo.tools import SQL

EVIDENCE = [
    ("exact", "Exact"),
    ("order", "Manufacturing order"),
    ("inferred", "Inferred"),
]


class RecallSnapshot(models.AbstractModel):
    """What a trace found, frozen on a case.

    Rows are written by the trace of the case only, in bulk: tens of thousands of
    them are stored in the second in which a person waits. A re-trace finds its rows
    again by the model's unique key `_key`, so ids, and what hangs on them, stay.
    """

    _name = "recall.snapshot"
    _description = "Frozen Row of a Trace"

    # The columns of the unique index, as SQL; rows that are gone are kept and
    # marked where people's decisions or notices hang on them, else deleted; fields
    # that people decide on are set once and left alone by a re-trace.
    _key_columns = ""
    _keep_gone = False
    _DECISION_FIELDS = frozenset()

    case_id = fields.Many2one(
        "recall.case", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    is_new = fields.Boolean(
        "New", readonly=True, help="Found by the last re-trace, not by the one before."
    )
    is_gone = fields.Boolean(
        "Gone", readonly=True, help="Found by an earlier trace, but not by the last."
    )
    trace_number = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The number of the trace of this case that saw the row last.",
    )

    def _store(self, case, rows, nodes):
        """Insert or update `rows`, and mark or delete what was not found again.

        :param case: the `recall.case` the rows belong to
        :param rows: list of dicts with the same keys, column values by field name;
            those without a company get the one of the case
        :param nodes: ids of `recall.affected` by the node that rows name instead
        """
        if rows:
            # The server keeps its plans for checking foreign keys: one made while
            # the referenced table was small reads all of it for every row.
            self.env.cr.execute("DISCARD PLANS")
            self._complete(rows, case, nodes)
            self.env.cr.execute(self._upsert_sql(case, rows))
        self.env.cr.execute(self._gone_sql(case))
        self.invalidate_model()

    def _complete(self, rows, case, nodes):
        for name in rows[0].keys() & {"affected_id", "source_id", "target_id"}:
            for row in rows:
                row[name] = nodes.get(row[name])
        if "company_id" not in rows[0]:
            for row in rows:
                row["company_id"] = case.company_id.id

    def _upsert_sql(self, case, rows):
        number = case.trace_count + 1
        table = SQL.identifier(self._table)
        names = list(rows[0])
        columns = SQL(", ").join(map(SQL.identifier, names))
        typed = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(self._fields[name].column_type[1]))
            for name in names
        )
        updates = SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in names
            if name not in self._DECISION_FIELDS
        )
        return SQL(
            """
            INSERT INTO %(table)s AS kept (
                case_id, trace_number, is_new, is_gone, %(columns)s
            )
            SELECT %(case)s, %(number)s, %(is_new)s, FALSE, found.*
              FROM json_to_recordset(%(rows)s) AS found(%(typed)s)
            ON CONFLICT (%(key)s) DO UPDATE
               SET trace_number = EXCLUDED.trace_number,
                   is_new = kept.is_gone,
                   is_gone = FALSE,
                   %(updates)s
            """,
            table=table,
            columns=columns,
            case=case.id,
            number=number,
            is_new=number > 1,
            rows=json.dumps(rows, default=str),
            typed=typed,
            key=SQL(self._key_columns),
            updates=updates,
        )

    def _gone_sql(self, case):
        table = SQL.identifier(self._table)
        number = case.trace_count + 1
        if not self._keep_gone:
            return SQL(
                "DELETE FROM %s WHERE case_id = %s AND trace_number < %s",
                table,
                case.id,
                number,
            )
        return SQL(
            """UPDATE %s SET is_gone = TRUE, is_new = FALSE
                WHERE case_id = %s AND trace_number < %s AND NOT is_gone""",
            table,
            case.id,
            number,
        )
