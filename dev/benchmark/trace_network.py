"""Networks of lots, written in bulk: the affected ones, and other people's around them.

A network begins with one lot of a part that was received. Over three levels of
production it goes into finished goods, which leave in deliveries of four lines; an
ingredient, of lots that no other network knows, goes in everywhere. All networks of a
family share their products. Rows are copies of what Odoo made (see `trace_samples`)
with other numbers, dates, lots and documents, written in the order of their dates, so
that each network lies between the lines of hundreds of others.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from trace_plan import PLANS
from trace_samples import FAMILIES, create_families, create_partners, create_samples

from odoo.tools import SQL

START = datetime(2016, 1, 4)
YEAR = timedelta(days=365)
LINES_A_YEAR = 1_000_000


class Shape(NamedTuple):
    """How many lots a network has on each level, and how long it takes."""

    levels: tuple
    days: int

    @property
    def deliveries(self):
        """Delivery lines: five for each lot."""
        return 5 * sum(self.levels)

    @property
    def made(self):
        return sum(self.levels[1:])


# {lots: shape}: what the bench traces. Each is in a family of its own.
AFFECTED = {
    100: Shape((1, 4, 15, 80), 330),
    800: Shape((1, 9, 90, 700), 330),
    1000: Shape((1, 9, 90, 900), 330),
    10_000: Shape((1, 19, 380, 9600), 330),
}
OTHERS = Shape((1, 2, 6, 24), 120)

# Tables in the order of their foreign keys, each with the plan that its rows come from
# and the columns in which they differ from the row that they are copies of.
TIMES = {"create_date": "plan.date", "write_date": "plan.date"}
COLUMNS = {
    "stock_lot": (
        "plan_lot",
        {"id": "plan.id", "name": "plan.name", "product_id": "plan.product_id"},
    ),
    "mrp_production_group": (
        "plan_production",
        {"id": "plan.id", "name": "plan.name"},
    ),
    "mrp_production": (
        "plan_production",
        {
            "id": "plan.id",
            "name": "plan.name",
            "production_group_id": "plan.id",
            "product_id": "plan.product_id",
            "product_qty": "plan.quantity",
            "product_uom_qty": "plan.quantity",
            "qty_producing": "plan.quantity",
            "date_start": "plan.date",
            "date_finished": "plan.date",
        },
    ),
    "sale_order": (
        "plan_order",
        {
            "id": "plan.id",
            "name": "plan.name",
            "partner_id": "plan.partner_id",
            "partner_invoice_id": "plan.partner_id",
            "partner_shipping_id": "plan.partner_id",
            "date_order": "plan.date",
            "effective_date": "plan.date",
            "validity_date": "plan.date::date + 30",
        },
    ),
    "sale_order_line": (
        "plan_order_line",
        {
            "id": "plan.id",
            "order_id": "plan.order_id",
            "order_partner_id": "plan.partner_id",
            "product_id": "plan.product_id",
            "name": "plan.product_name",
        },
    ),
    "stock_picking": (
        "plan_picking",
        {
            "id": "plan.id",
            "name": "plan.name",
            "origin": "plan.origin",
            "partner_id": "plan.partner_id",
            "sale_id": "plan.order_id",
            "scheduled_date": "plan.date",
            "date_done": "plan.date",
        },
    ),
    "stock_move": (
        "plan_move",
        {
            "id": "plan.id",
            "product_id": "plan.product_id",
            "product_qty": "plan.quantity",
            "product_uom_qty": "plan.quantity",
            "packaging_uom_qty": "plan.quantity",
            "quantity": "plan.quantity",
            "date": "plan.date",
            "reservation_date": "plan.date::date",
            "reference": "plan.reference",
            "origin": "plan.origin",
            "partner_id": "plan.partner_id",
            "picking_id": "plan.picking_id",
            "sale_line_id": "plan.sale_line_id",
            "production_group_id": "plan.production_id",
            "production_id": "CASE WHEN plan.kind = 'finished' "
            "THEN plan.production_id END",
            "raw_material_production_id": "CASE WHEN plan.kind <> 'finished' "
            "THEN plan.production_id END",
        },
    ),
    "stock_move_line": (
        "plan_line",
        {
            "id": "plan.id",
            "move_id": "plan.move_id",
            "product_id": "plan.product_id",
            "lot_id": "plan.lot_id",
            "quantity": "plan.quantity",
            "quantity_product_uom": "plan.quantity",
            "date": "plan.date",
            "picking_id": "plan.picking_id",
            "production_id": "CASE WHEN plan.kind <> 'finished' "
            "THEN plan.production_id END",
        },
    ),
    "stock_quant": (
        "plan_quant",
        {
            "id": "plan.id",
            "product_id": "plan.product_id",
            "lot_id": "plan.lot_id",
            "location_id": "plan.location_id",
            "company_id": "plan.company_id",
            "quantity": "plan.quantity",
            "in_date": "plan.date",
        },
    ),
}
RELATIONS = {
    "stock_move_line_consume_rel": "plan_relation",
    "mrp_production_stock_lot_rel": "plan_made",
}


def set_up(env, lines):
    """Let the database grow to about that many lines, all of them done.

    The first time the affected networks come into it, later on only others.
    """
    cr = env.cr
    cr.execute("SELECT to_regclass('bench_move')")
    is_new = not cr.fetchone()[0]
    if is_new:
        _prepare(env)
    cr.execute("SELECT count(*) FROM stock_move_line")
    (there,) = cr.fetchone()
    _plan_networks(cr, there, lines - there, AFFECTED.values() if is_new else ())
    cr.execute("SET LOCAL work_mem = '256MB'")
    cr.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for name, query in PLANS.items():
        cr.execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}")
        cr.execute(f"ANALYZE {name}")
    with _WithoutIndexes(cr, [*COLUMNS, *RELATIONS]):
        for table, (plan, columns) in COLUMNS.items():
            _copy_rows(cr, table, plan, columns)
        for table, plan in RELATIONS.items():
            cr.execute(f"INSERT INTO {table} SELECT * FROM {plan}")


def get_seed(env, lots):
    """The lot that the affected network of so many lots begins with."""
    family = list(AFFECTED).index(lots)
    product = env["product.product"].search([("default_code", "=", f"B{family}-0-0")])
    return env["stock.lot"].search(
        [("product_id", "=", product.id), ("name", "=", f"N{family}-0-0")]
    )


def _prepare(env):
    """What all networks use, and the rows of which theirs are copies."""
    samples = create_samples(env)
    customers, vendors = create_partners(env)
    families = create_families(env)
    env.flush_all()
    cr = env.cr
    cr.execute("CREATE TABLE bench_move (kind text, id int)")
    cr.execute(
        "INSERT INTO bench_move SELECT * FROM unnest(%s, %s)",
        [list(samples), [move.id for move in samples.values()]],
    )
    cr.execute("CREATE TABLE bench_partner (kind text, number int, id int)")
    for kind, partners in (("delivery", customers), ("receipt", vendors)):
        cr.execute(
            "INSERT INTO bench_partner "
            "SELECT %s, number - 1, id FROM unnest(%s) WITH ORDINALITY p(id, number)",
            [kind, partners.ids],
        )
    cr.execute(
        "CREATE TABLE bench_product (family int, level int, variant int, id int)"
    )
    cr.execute(
        "INSERT INTO bench_product SELECT * FROM unnest(%s, %s, %s, %s)",
        [
            *map(list, zip(*families, strict=True)),
            [product.id for product in families.values()],
        ],
    )


def _plan_networks(cr, there, lines, affected):
    """plan_network: the affected ones, and others for the rest of the lines."""
    cr.execute("SELECT setseed(0.5)")
    cr.execute(
        """
        CREATE TEMP TABLE plan_network (
            id int, family int, levels int[], deliveries int, ingredients int,
            began timestamp, span interval
        ) ON COMMIT DROP
        """
    )
    began = START + there / LINES_A_YEAR * YEAR
    period = lines / LINES_A_YEAR * YEAR
    for number, shape in enumerate(affected):
        _insert_networks(cr, shape, [number], 1, began, period)
        lines -= _count_lines(shape)
    first = max(there, len(AFFECTED))  # a network has more than one line
    numbers = range(first, first + lines // _count_lines(OTHERS))
    _insert_networks(cr, OTHERS, numbers, FAMILIES, began, period)


def _insert_networks(cr, shape, numbers, families, began, period):
    """:param families: how many families the numbers take turns in, 1 for their own"""
    span = timedelta(days=shape.days)
    cr.execute(
        """
        INSERT INTO plan_network
        SELECT number, CASE WHEN %(families)s = 1 THEN number
                            ELSE number %% %(families)s END,
               %(levels)s, %(deliveries)s, %(ingredients)s,
               %(began)s + random() * %(leeway)s, %(span)s
          FROM generate_series(%(first)s, %(last)s) AS number
        """,
        {
            "families": families,
            "levels": list(shape.levels),
            "deliveries": shape.deliveries,
            "ingredients": _count_ingredients(shape),
            "began": began,
            "leeway": max(period - span, timedelta(0)),
            "span": span,
            "first": numbers[0],
            "last": numbers[-1],
        },
    )


def _count_ingredients(shape):
    """A lot of the ingredient is enough for twenty productions."""
    return -(-shape.made // 20)


def _count_lines(shape):
    """A production takes an ingredient, one lot of the level before, or every fifth
    time two, and makes one."""
    twice = sum(
        -(-count // 5)
        for count, before in zip(shape.levels[1:], shape.levels, strict=False)
        if before > 1
    )
    receipts = 1 + _count_ingredients(shape)
    return receipts + 3 * shape.made + twice + shape.deliveries


def _copy_rows(cr, table, plan, columns):
    """One row for each of the plan: a copy of the one that belongs to the move of the
    same kind that Odoo made, but for `columns`."""
    cr.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
        "AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    names = [name for (name,) in cr.fetchall()]
    columns = {name: columns.get(name, TIMES.get(name)) for name in names}
    cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(names)s)
            SELECT %(values)s
              FROM %(plan)s plan
              JOIN bench_move made ON made.kind = plan.kind
              JOIN stock_move move ON move.id = made.id
              JOIN %(table)s sample ON sample.id = %(sample)s
             ORDER BY plan.id
            """,
            table=SQL.identifier(table),
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(
                SQL(value) if value else SQL.identifier("sample", name)
                for name, value in columns.items()
            ),
            plan=SQL.identifier(plan),
            sample=SQL(SAMPLES[table]),
        )
    )
    cr.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
    )


LINE = "(SELECT {} FROM stock_move_line WHERE move_id = move.id LIMIT 1)"
# The row that belongs to `move`.
SAMPLES = {
    "stock_lot": LINE.format("lot_id"),
    "mrp_production_group": "move.production_group_id",
    "mrp_production": "move.production_id",
    "sale_order": "(SELECT order_id FROM sale_order_line WHERE id = move.sale_line_id)",
    "sale_order_line": "move.sale_line_id",
    "stock_picking": "move.picking_id",
    "stock_move": "move.id",
    "stock_move_line": LINE.format("id"),
    "stock_quant": "(SELECT id FROM stock_quant WHERE location_id = "
    "move.location_dest_id AND product_id = move.product_id LIMIT 1)",
}


class _WithoutIndexes:
    """Tables without their indexes and foreign keys, which are made anew afterwards."""

    def __init__(self, cr, tables):
        self.cr, self.tables = cr, tables

    def __enter__(self):
        self.cr.execute(
            """
            SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass,
                          conname),
                   format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass,
                          conname, pg_get_constraintdef(oid))
              FROM pg_constraint
             WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
             UNION ALL
            SELECT format('DROP INDEX %%s', indexrelid::regclass),
                   pg_get_indexdef(indexrelid)
              FROM pg_index
             WHERE indrelid = ANY(%(tables)s::regclass[])
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid
                                                           AND contype <> 'f')
            """,
            {"tables": self.tables},
        )
        statements = self.cr.fetchall()
        self.anew = [create for _drop, create in reversed(statements)]
        for drop, _create in statements:
            self.cr.execute(drop)

    def __exit__(self, error, *_args):
        if not error:
            for create in self.anew:
                self.cr.execute(create)
