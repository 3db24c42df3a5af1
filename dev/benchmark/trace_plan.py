"""The rows of networks of lots, as SQL: from `plan_network` to lots, documents, moves,
lines and quants, with the ids that they will have."""


def _last(*tables):
    """The highest id there is in any of the tables."""
    ids = (f"COALESCE((SELECT max(id) FROM {table}), 0)" for table in tables)
    return f"greatest({', '.join(ids)})"


# In the order in which they build on each other. `kind` says which move made by Odoo
# the row belongs to. Odoo records whole seconds.
PLANS = {
    # Level by level, each in its part of the network's time; -1 is the ingredient.
    "plan_lot": f"""
        WITH lot AS (
            SELECT network.id AS network, network.family, lot.level, lot.number,
                   date_trunc('second', network.began + network.span / 5
                              * (greatest(lot.level, 0) + random())) AS date
              FROM plan_network network
             CROSS JOIN LATERAL (
                 SELECT -1 AS level, generate_series(1, ingredients) - 1 AS number
                  UNION ALL
                 SELECT at - 1, generate_series(1, levels[at]) - 1
                   FROM generate_subscripts(levels, 1) AS at
             ) lot
        )
        SELECT {_last("stock_lot")} + row_number() OVER by_date AS id,
               CASE WHEN lot.level > 0 THEN 'finished' ELSE 'receipt' END AS kind,
               'N' || network || '-' || CASE lot.level WHEN -1 THEN 'I'
                   ELSE lot.level::text END || '-' || number AS name,
               lot.network, lot.level, lot.number, lot.date, product.id AS product_id,
               CASE WHEN lot.level > 0 THEN
                   {_last("mrp_production", "mrp_production_group")}
                   + count(*) FILTER (WHERE lot.level > 0) OVER by_date
               END AS production_id
          FROM lot
          JOIN bench_product product
            ON product.family = lot.family AND product.level = lot.level
           AND product.variant = CASE lot.level WHEN 3 THEN lot.number % 4 ELSE 0 END
        WINDOW by_date AS (ORDER BY lot.date, lot.network, lot.level, lot.number
                           ROWS UNBOUNDED PRECEDING)
    """,
    # A receipt for each lot that was not made, a delivery for each order.
    "plan_picking": f"""
        WITH picking AS (
            SELECT 'receipt' AS kind, network, number, date, id AS lot_id
              FROM plan_lot
             WHERE level < 1
             UNION ALL
            SELECT 'delivery', id, number,
                   date_trunc('second', began + span / 5 * (4 + random())), NULL
              FROM plan_network, generate_series(0, (deliveries - 1) / 4) AS number
        )
        SELECT {_last("stock_picking")} + row_number() OVER by_date AS id,
               picking.kind, network, picking.number, date, lot_id,
               CASE picking.kind WHEN 'delivery' THEN 'WH/OUT/B' ELSE 'WH/IN/B' END
                   || {_last("stock_picking")} + row_number() OVER by_date AS name,
               CASE picking.kind WHEN 'delivery' THEN
                   {_last("sale_order")}
                   + count(*) FILTER (WHERE picking.kind = 'delivery') OVER by_date
               END AS order_id,
               CASE picking.kind WHEN 'delivery' THEN 'B'
                   || {_last("sale_order")}
                   + count(*) FILTER (WHERE picking.kind = 'delivery') OVER by_date
               END AS origin,
               partner.id AS partner_id
          FROM picking
          JOIN (SELECT kind, count(*) AS count FROM bench_partner GROUP BY kind) those
            ON those.kind = picking.kind
          JOIN bench_partner partner ON partner.kind = picking.kind
           AND partner.number = (network * 31::bigint + picking.number) % those.count
        WINDOW by_date AS (ORDER BY date, picking.kind, network, picking.number, lot_id
                           ROWS UNBOUNDED PRECEDING)
    """,
    "plan_order": """
        SELECT order_id AS id, kind, origin AS name, date, partner_id
          FROM plan_picking
         WHERE kind = 'delivery'
    """,
    # What leaves a lot: into productions, and to customers.
    "plan_out": """
        SELECT 'raw' AS kind, NULL::bigint AS picking_id, made.production_id, made.date,
               part.id AS lot_id, part.product_id, 1 AS quantity
          FROM plan_lot made
          JOIN plan_network network ON network.id = made.network
          JOIN plan_lot part ON part.network = made.network
           AND part.level = made.level - 1
           AND part.number IN (
               made.number % network.levels[made.level],
               (made.number + (made.number % 5 = 0)::int) % network.levels[made.level]
           )
         WHERE made.level > 0
         UNION ALL
        SELECT 'ingredient', NULL, made.production_id, made.date, part.id,
               part.product_id, 1
          FROM plan_lot made
          JOIN plan_network network ON network.id = made.network
          JOIN plan_lot part ON part.network = made.network AND part.level = -1
           AND part.number = made.number % network.ingredients
         WHERE made.level > 0
         UNION ALL
        SELECT 'delivery', picking.id, NULL, picking.date, lot.id, lot.product_id, 2
          FROM plan_picking picking
          JOIN plan_network network ON network.id = picking.network
         CROSS JOIN generate_series(
             4 * picking.number, least(4 * picking.number + 3, deliveries - 1)
         ) AS line
          JOIN plan_lot lot ON lot.network = picking.network AND lot.level = 3
           AND lot.number = line % network.levels[4]
         WHERE picking.kind = 'delivery'
    """,
    # With what came in: as much as leaves, and of every other lot five more.
    "plan_line": f"""
        WITH used AS (
            SELECT lot_id, sum(quantity) AS quantity FROM plan_out GROUP BY lot_id
        ), line AS (
            SELECT * FROM plan_out
             UNION ALL
            SELECT lot.kind, picking.id, lot.production_id, lot.date, lot.id,
                   lot.product_id, COALESCE(used.quantity, 0) + 5 * (lot.number % 2)
              FROM plan_lot lot
              LEFT JOIN plan_picking picking ON picking.lot_id = lot.id
              LEFT JOIN used ON used.lot_id = lot.id
        )
        SELECT {_last("stock_move_line")} + row_number() OVER (
                   ORDER BY date, picking_id, production_id, kind, product_id, lot_id
               ) AS id,
               {_last("stock_move")} + dense_rank() OVER (
                   ORDER BY date, picking_id, production_id, kind, product_id
               ) AS move_id,
               line.*
          FROM line
    """,
    "plan_production": """
        SELECT lot.production_id AS id, lot.kind, 'WH/MO/B' || production_id AS name,
               lot.product_id, lot.date, line.quantity
          FROM plan_lot lot
          JOIN plan_line line USING (production_id)
         WHERE line.kind = 'finished'
    """,
    "plan_move": f"""
        WITH move AS (
            SELECT move_id AS id, kind, date, product_id, picking_id, production_id,
                   sum(quantity) AS quantity
              FROM plan_line
             GROUP BY move_id, kind, date, product_id, picking_id, production_id
        )
        SELECT move.*, picking.partner_id, picking.order_id,
               COALESCE(picking.name, 'WH/MO/B' || production_id) AS reference,
               CASE WHEN production_id IS NULL THEN picking.origin
                    ELSE 'WH/MO/B' || production_id END AS origin,
               CASE move.kind WHEN 'delivery' THEN
                   {_last("sale_order_line")}
                   + count(*) FILTER (WHERE move.kind = 'delivery') OVER (
                         ORDER BY move.id ROWS UNBOUNDED PRECEDING
                     )
               END AS sale_line_id
          FROM move
          LEFT JOIN plan_picking picking ON picking.id = move.picking_id
    """,
    "plan_order_line": """
        SELECT move.sale_line_id AS id, move.kind, move.date, move.order_id,
               move.partner_id, move.product_id,
               template.name ->> 'en_US' AS product_name
          FROM plan_move move
          JOIN product_product product ON product.id = move.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE move.sale_line_id IS NOT NULL
    """,
    "plan_relation": """
        SELECT made.id, used.id AS used_id
          FROM plan_line made
          JOIN plan_line used USING (production_id)
         WHERE made.kind = 'finished' AND used.kind <> 'finished'
    """,
    "plan_made": "SELECT production_id, id FROM plan_lot WHERE production_id > 0",
    # Odoo keeps quants outside of the stock as well.
    "plan_quant": f"""
        WITH booked AS (
            SELECT line.product_id, line.lot_id, place.id AS location_id,
                   sum(place.sign * line.quantity) AS quantity,
                   min(line.date) AS date
              FROM plan_line line
              JOIN bench_move made ON made.kind = line.kind
              JOIN stock_move move ON move.id = made.id
             CROSS JOIN LATERAL (
                 VALUES (move.location_id, -1), (move.location_dest_id, 1)
             ) AS place(id, sign)
             GROUP BY line.product_id, line.lot_id, place.id
            HAVING sum(place.sign * line.quantity) <> 0
        )
        SELECT {_last("stock_quant")} + row_number() OVER (
                   ORDER BY date, lot_id, booked.location_id
               ) AS id,
               'delivery' AS kind, booked.*, location.company_id
          FROM booked
          JOIN stock_location location ON location.id = booked.location_id
    """,
}
