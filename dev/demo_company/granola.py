"""The second story: complaints that nobody has an explanation for.

Granola is baked at the weekends, two ovens, a lot a day and oven. It smells rancid in
six lots of different days and of both ovens. What they share, and nearly nothing else
does, is one lot of sunflower seeds; the oats and the salt went into all lots, and the
oil into half of them.
"""

from odoo.fields import Command

from . import purchasing, sales
from .production import produce

SIZE = 300
FIRST_WEEK, LAST_WEEK = 2, 6
OVENS = ("Oven 1", "Oven 2")
SHOPS = ("mill", "boyne", "harbour", "tolka")
# week: what comes in on its first weekend day, at different hours: (goods, lot, kg)
RECEIPTS = {
    2: (
        [("oats", 2400, "OA-0211", "NK-1204"), ("oil", 150, "RO-0071", "NK-3310")],
        [("seeds", 190, "SU-0301", "NK-4120")],
    ),
    3: ([("seeds", 190, "SU-0302", "NK-4127")],),
    4: ([("oil", 150, "RO-0072", "NK-3318")],),
    5: ([("seeds", 300, "SU-0303", "NK-4133")],),
}
FIRST_LOT = 1101
# Which sack of seeds the bakers opened: a line a week, four lots.
SEEDS = (
    *("SU-0301", "SU-0301", "SU-0301", "SU-0301"),
    *("SU-0301", "SU-0302", "SU-0302", "SU-0301"),
    *("SU-0302", "SU-0301", "SU-0302", "SU-0302"),
    *("SU-0303", "SU-0302", "SU-0302", "SU-0303"),
    *("SU-0303", "SU-0303", "SU-0303", "SU-0303"),
)
COMPLAINTS = ("GR-1106", "GR-1107", "GR-1109", "GR-1112", "GR-1114", "GR-1115")


def set_up(world):
    """The two ovens, and the baking in the recipe; returns the ovens."""
    ovens = world.model("mrp.workcenter").create([{"name": name} for name in OVENS])
    world.recipes["granola"].operation_ids = [
        Command.create({"name": "Bake", "workcenter_id": ovens[0].id})
    ]
    return ovens


def bake(world, week, ovens):
    """The four lots of a weekend, some of which are sold at once."""
    if not FIRST_WEEK <= week <= LAST_WEEK:
        return
    world.at(week, 6, 5)
    for goods in RECEIPTS.get(week, ()):
        purchasing.receive(world, "nordkorn", "factory", goods)
    for day in (6, 7):
        world.at(week, day, 8)
        for oven in ovens:
            _bake_lot(world, oven)


def _bake_lot(world, oven):
    number = world.model("stock.lot").search_count(
        [("product_id", "=", world.products["granola"].id)]
    )
    oil = "RO-0071" if number < len(SEEDS) / 2 else "RO-0072"
    used = {"oats": "OA-0211", "seeds": SEEDS[number], "oil": oil}
    lot = f"GR-{FIRST_LOT + number}"
    parts = {key: [(name, None)] for key, name in used.items()}
    produce(world, "granola", SIZE, lot, parts, at=oven)
    shop = SHOPS[number % len(SHOPS)]
    sales.sell(world, shop, {"granola": [(lot, 120)]}, "factory")
