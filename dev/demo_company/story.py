"""What happened, week by week.

The vendor's lot GP-2291-B arrives three times: at the factory as RP-0412, at the
distribution centre as RP-0413, and at a bakery straight from the vendor. Goods that
never met it are all around: most of what a good trace has to do is to leave them out.
"""

from itertools import chain, cycle, islice

from odoo.fields import Command

from . import granola, partners, production, purchasing, sales, stock
from .catalogue import LOT_OF_THE_RECALL

ORDERS_A_WEEK = 6
BASKETS = (
    {"spread": 60, "bar": 192},
    {"cookie": 36, "almondcookie": 36},
    {"spread": 84, "hazelspread": 36},
    {"bar": 252, "cookie": 48},
    {"spread": 48, "mix": 48},
)


def tell(world):
    """Play the eight weeks."""
    everyday = _everyday_orders()
    orders = {}
    ovens = granola.set_up(world)
    for number, week in enumerate(WEEKS, start=1):
        week(world, everyday, orders)
        granola.bake(world, number, ovens)


def _everyday_orders():
    """The endless row of the shops' orders, one shop after the other.

    Some order in the first week only: before anything of the vendor's lot is sold.
    """
    early = ["shannon", "clyde", "deule", "vilaine"]
    others = [
        key for key in (*partners.RETAIL, *partners.CHAIN_SHOPS) if key not in early
    ]
    return zip(chain(early, cycle(others)), cycle(BASKETS))


def _shop_orders(world, everyday):
    sales.sell_all(world, list(islice(everyday, ORDERS_A_WEEK)))


def _week_1(world, everyday, orders):
    world.at(1, 1, 7)
    purchasing.receive(
        world, "golden", "factory", [("peanut", 900, "RP-0411", "GP-2274-A")]
    )
    purchasing.receive(
        world, "golden", "centre", [("peanut", 150, "RP-0410", "GP-2268-C")]
    )
    purchasing.receive(
        world, "piemonte", "factory", [("hazelnut", 300, "HZ-0087", "TN 4471")]
    )
    for warehouse, quantity, lot in (
        ("factory", 80, "AL-0152"),
        ("centre", 200, "AL-0153"),
    ):
        goods = [("almond", quantity, lot, "AA-90-117")]
        purchasing.receive(world, "almaza", warehouse, goods)
    purchasing.receive(
        world,
        "nordkorn",
        "factory",
        [
            ("oats", 400, "OA-0210", "NK-1180"),
            ("honey", 100, "HO-0034", "NK-0925"),
            ("chocolate", 80, "CH-0119", "NK-2007"),
            ("sugar", 400, None, None),
            ("salt", 60, None, None),
            ("jar", 8000, None, None),
            ("carton", 60, None, None),
        ],
    )
    purchasing.receive(
        world, "nordkorn", "centre", [("chocolate", 150, "CH-0120", "NK-2007")]
    )
    world.at(1, 2, 6)
    production.produce(world, "paste", 300, "PP-0501", {"peanut": [("RP-0411", 300)]})
    world.at(1, 3, 6)
    production.produce(world, "hazelspread", 400, "HS-0901", {})
    production.produce(world, "almondcookie", 400, "AC-0851", {})
    production.produce(world, "mix", 120, None, {"peanut": [("RP-0410", 72)]}, "centre")
    world.at(1, 4, 6)
    paste = {"paste": [("PP-0501", None)]}
    production.produce(world, "spread", 600, "SP-0601", paste)
    production.produce(world, "bar", 1500, "BA-0701", paste)
    production.produce(world, "cookie", 400, "CO-0801", paste)


def _week_2(world, everyday, orders):
    world.at(2, 1, 7)
    _move_to_centre(
        world,
        ("spread", 480, "SP-0601"),
        ("bar", 1300, "BA-0701"),
        ("cookie", 300, "CO-0801"),
        ("almondcookie", 300, "AC-0851"),
        ("hazelspread", 300, "HS-0901"),
    )
    orders["receipt"] = purchasing.receive(
        world, "golden", "factory", [("peanut", 1200, "RP-0412", LOT_OF_THE_RECALL)]
    )
    world.at(2, 2, 6)
    production.produce(world, "paste", 400, "PP-0502", {"peanut": [("RP-0412", 400)]})
    _shop_orders(world, everyday)
    world.at(2, 3, 6)
    production.produce(world, "spread", 600, "SP-0602", {"paste": [("PP-0502", None)]})
    world.at(2, 4, 8)
    sales.sell(world, "mill", {"pieces": 2}, "factory")
    world.at(2, 5, 9)
    _move_to_centre(world, ("spread", 400, "SP-0602"))


def _week_3(world, everyday, orders):
    world.at(3, 1, 6)
    purchasing.receive(
        world, "golden", "centre", [("peanut", 300, "RP-0413", LOT_OF_THE_RECALL)]
    )
    production.produce(
        world,
        "paste",
        350,
        "PP-0503",
        {"peanut": [("RP-0411", 250), ("RP-0412", 100)]},
    )
    production.produce(
        world, "trio", 40, "MP-1001", {"spread": [("SP-0601", 120)]}, "centre"
    )
    world.at(3, 2, 6)
    production.produce(world, "spread", 500, "SP-0603", {"paste": [("PP-0502", None)]})
    _shop_orders(world, everyday)
    world.at(3, 3, 6)
    production.produce(world, "bar", 2000, "BA-0702", {"paste": [("PP-0502", None)]})
    production.produce(
        world, "mix", 200, None, {"peanut": [("RP-0413", 120)]}, "centre"
    )
    _sell_to_sister(
        world,
        {
            "spread": [("SP-0602", 150)],
            "bar": [("BA-0701", 100)],
            "hazelspread": [("HS-0901", 60)],
        },
    )
    world.at(3, 4, 6)
    sales.sell(world, "nord", {"peanut": [("RP-0412", 50)]}, "factory")
    purchasing.dropship(world, "nord", "peanut", 250, "golden", LOT_OF_THE_RECALL)
    world.at(3, 5, 9)
    _move_to_centre(world, ("spread", 350, "SP-0603"), ("bar", 1500, "BA-0702"))


def _week_4(world, everyday, orders):
    world.at(4, 1, 6)
    production.produce(world, "paste", 300, "PP-0504", {"peanut": [("RP-0412", 300)]})
    orders["repack"] = production.produce(
        world, "trio", 80, "MP-1002", {"spread": [("SP-0602", 240)]}, "centre"
    )
    stock.scrap(world, "spread", "centre", "SP-0602", 6)
    world.at(4, 2, 6)
    paste = {"paste": [("PP-0503", None)]}
    production.produce(world, "spread", 800, "SP-0604", paste)
    _shop_orders(world, everyday)
    world.at(4, 3, 6)
    production.produce(world, "bar", 2000, "BA-0703", paste)
    production.produce(world, "mix", 150, None, {"peanut": [("RP-0413", 90)]}, "centre")
    purchasing.give_back(world, orders["receipt"], "peanut", 100, "RP-0412")
    world.at(4, 4, 6)
    production.produce(world, "cookie", 500, "CO-0802", paste)
    orders["refused"] = sales.sell(world, "loire", {"spread": [("SP-0603", 24)]})
    _trade(
        world,
        ("isar", {"spread": 36, "hazelspread": 12}),
        ("alster", {"spread": 48, "bar": 48}),
        ("donau", {"spread": 24, "hazelspread": 12}),
    )
    world.at(4, 5, 9)
    _move_to_centre(
        world,
        ("spread", 600, "SP-0604"),
        ("bar", 1600, "BA-0703"),
        ("cookie", 400, "CO-0802"),
    )
    sales.sell(world, "mill", {"pieces": 4}, "factory")
    orders["mislabelled"] = sales.sell(
        world, "boyne", {"bar": [("BA-0701", 60)]}, "factory"
    )


def _week_5(world, everyday, orders):
    world.at(5, 1, 6)
    purchasing.receive(
        world, "golden", "factory", [("peanut", 900, "RP-0414", "GP-2305-A")]
    )
    purchasing.receive(
        world, "golden", "centre", [("peanut", 200, "RP-0415", "GP-2305-A")]
    )
    shipped = orders["mislabelled"].picking_ids.move_line_ids
    stock.correct_lot(world, shipped, "BA-0702")
    stock.relabel(world, "spread", "centre", "SP-0603", "SP-0630", 24)
    world.at(5, 2, 6)
    production.produce(world, "paste", 400, "PP-0505", {"peanut": [("RP-0414", 400)]})
    _shop_orders(world, everyday)
    world.at(5, 3, 6)
    production.rework(world, "paste", 40, "PP-0504", "PP-0504R")
    sales.bring_back(world, orders["refused"])
    _sell_to_sister(
        world,
        {
            "spread": [("SP-0604", 100)],
            "bar": [("BA-0703", 300)],
            "cookie": [("CO-0802", 50)],
        },
    )
    world.at(5, 4, 6)
    production.produce(
        world,
        "spread",
        300,
        "SP-0605",
        {"paste": [("PP-0504R", 40), ("PP-0504", None)]},
    )
    orders["stale"], *_others = sales.sell_all(
        world,
        [
            ("aire", {"bar": [("BA-0702", 144)]}),
            ("mersey", {"trio": [("MP-1001", 18)]}),
            ("ill", {"trio": [("MP-1002", 24)]}),
        ],
    )
    world.at(5, 5, 6)
    production.produce(world, "almondcookie", 400, "AC-0852", {})
    production.produce(world, "hazelspread", 400, "HS-0902", {})
    _move_to_centre(
        world,
        ("spread", 280, "SP-0605"),
        ("almondcookie", 300, "AC-0852"),
        ("hazelspread", 300, "HS-0902"),
    )
    _sell_out(world, "mix", ("cam", 120), ("vecht", None))


def _week_6(world, everyday, orders):
    world.at(6, 1, 6)
    paste = {"paste": [("PP-0505", None)]}
    production.produce(world, "spread", 700, "SP-0606", paste)
    production.produce(
        world, "mix", 250, None, {"peanut": [("RP-0415", 150)]}, "centre"
    )
    world.at(6, 2, 6)
    production.produce(world, "bar", 2000, "BA-0704", paste)
    _shop_orders(world, everyday)
    world.at(6, 3, 6)
    production.produce(world, "cookie", 500, "CO-0803", paste)
    production.unbuild(world, orders["repack"], 10)
    world.at(6, 4, 6)
    sales.sell_all(
        world,
        [
            ("ouse", {"spread": [("SP-0630", 10)]}),
            ("haine", {"trio": [("MP-1002", 12)]}),
        ],
    )
    sales.sell(world, "mill", {"pieces": 3}, "factory")
    _trade(
        world,
        ("spree", {"spread": 36, "cookie": 12}),
        ("main", {"bar": 96, "spread": 24}),
        ("neckar", {"hazelspread": 12}),
        ("mur", {"bar": 48, "spread": 12}),
    )
    world.at(6, 5, 9)
    _move_to_centre(
        world,
        ("spread", 500, "SP-0606"),
        ("bar", 1500, "BA-0704"),
        ("cookie", 350, "CO-0803"),
    )
    stock.count(
        world,
        "bar",
        "centre",
        "BA-0703",
        world.on_hand("bar", world.warehouses["centre"].lot_stock_id, "BA-0703") - 5,
    )


def _week_7(world, everyday, orders):
    world.at(7, 1, 6)
    production.produce(world, "paste", 300, "PP-0506", {"peanut": [("RP-0414", 300)]})
    production.mass_produce(
        world,
        "gift",
        24,
        "HG-0001",
        {
            "spread": [("SP-0604", 6), ("SP-0606", 18)],
            "bar": [("BA-0704", 48)],
            "cookie": [("CO-0803", 24)],
        },
    )
    world.at(7, 2, 6)
    _shop_orders(world, everyday)
    sales.bring_back(world, orders["stale"], {"bar": ("BA-0702", 48)})
    sales.sell_all(
        world,
        [
            ("lee", {"spread": [("SP-0602", 12)]}),
            ("sambre", {"spread": [("SP-0602", 6)]}),
        ],
    )
    world.at(7, 3, 6)
    boxes = sales.sell_all(
        world,
        [
            ("harbour", {"gift": 3}),
            ("tolka", {"gift": 5, "spread": [("SP-0606", 24)]}),
            ("lagan", {"gift": 4}),
            ("boyne", {"gift": 2}),
        ],
        "factory",
    )
    world.at(7, 4, 6)
    production.produce(world, "spread", 600, "SP-0607", {"paste": [("PP-0506", None)]})
    serial = boxes[0].picking_ids.move_line_ids.lot_id[0].name
    sales.bring_back(world, boxes[0], {"gift": (serial, 1)})
    _trade(world, ("isar", {"bar": 48}), ("donau", {"cookie": 12, "spread": 12}))


def _week_8(world, everyday, orders):
    world.at(8, 2, 6)
    _shop_orders(world, everyday)
    sales.sell(world, "mill", {"pieces": 2}, "factory")
    world.at(8, 4, 8)
    stock.ship_to_centre(world, [("spread", 60, "SP-0604"), ("spread", 200, "SP-0607")])
    _leave_open(world)


def _leave_open(world):
    """What is under way when the vendor calls, in every state that a delivery has."""
    world.at(8, 5, 8)
    _draft_transfer(world, "tolka", "spread", 12)
    sales.order(world, "rhone", {"bar": 96}).picking_ids.do_unreserve()
    sales.order(world, "severn", {"spread": [("SP-0605", 24)]})
    sales.order(world, "clyde", {"almondcookie": [("AC-0852", 24)]})
    sales.order(world, "vert_paris", {"mix": 12})
    sales.order(world, "lagan", {"gift": 2}, "factory")
    sales.order(world, "spree", {"spread": 12}, "depot", "trader")
    sales.advance(world, sales.order(world, "meuse", {"spread": [("SP-0605", 36)]}))
    packed = sales.order(world, "amstel", {"bar": [("BA-0703", 96)]})
    sales.advance(world, packed)
    sales.pack(world, packed)
    picked = sales.order(world, "harbour", {"cookie": [("CO-0802", 24)]}, "factory")
    picked.picking_ids.move_ids.picked = True
    production.plan(world, "paste", 500)


def _draft_transfer(world, customer, product, quantity):
    """A delivery that somebody wrote by hand and did not confirm."""
    kind = world.warehouses["factory"].out_type_id
    goods = world.products[product]
    target = world.env.ref("stock.stock_location_customers")
    world.model("stock.picking").create(
        {
            "picking_type_id": kind.id,
            "partner_id": world.partners[customer].id,
            "location_id": kind.default_location_src_id.id,
            "location_dest_id": target.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": goods.id,
                        "product_uom_qty": quantity,
                        "product_uom": goods.uom_id.id,
                        "location_id": kind.default_location_src_id.id,
                        "location_dest_id": target.id,
                    }
                )
            ],
        }
    )


def _move_to_centre(world, *goods):
    """A lorry from the factory to the distribution centre, there the same day."""
    transfer = stock.ship_to_centre(world, goods)
    world.step(120)
    stock.arrive(world, transfer)


def _sell_to_sister(world, picks):
    """Sell to the sister company, which receives the same lots."""
    sales.sell(world, "trader", picks, "factory")
    world.step(300)
    received = [
        (key, quantity, lot, None)
        for key, taken in picks.items()
        for lot, quantity in taken
    ]
    purchasing.receive(world, "maker", "depot", received, "trader")


def _trade(world, *rows):
    """Deliveries of the sister company."""
    sales.sell_all(world, rows, "depot", "trader")


def _sell_out(world, product, *rows):
    """Sell all that is left of a product.

    :param rows: (customer, quantity), the last one with None: the rest
    """
    left = world.on_hand(product, world.warehouses["centre"].view_location_id)
    orders = []
    for customer, quantity in rows:
        quantity = left if quantity is None else quantity
        left -= quantity
        orders.append((customer, {product: quantity}))
    sales.sell_all(world, orders)


WEEKS = (_week_1, _week_2, _week_3, _week_4, _week_5, _week_6, _week_7, _week_8)
