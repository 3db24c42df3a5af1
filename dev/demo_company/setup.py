"""Companies, warehouses, products and recipes."""

from odoo.fields import Command

from . import catalogue

# (name, street, zip, city, country, mail)
MAKER = (
    "Hazel & Grain",
    "1 Mill Street",
    "A91 D5C3",
    "Dundalk",
    "ie",
    "office@hazelgrain.example.com",
)
SISTER = (
    "Hazel & Grain Trading",
    "Am Alten Hafen 5",
    "28195",
    "Bremen",
    "de",
    "handel@hazelgrain.example.com",
)
UNITS = {"kg": "uom.product_uom_kgm", "unit": "uom.product_uom_unit"}
# What such a company has switched on in the settings.
FEATURES = (
    "base.group_multi_company",
    "mrp.group_mrp_byproducts",
    "mrp.group_mrp_routings",
    "product.group_product_variant",
    "stock.group_adv_location",
    "stock.group_production_lot",
    "stock.group_stock_multi_locations",
    "stock.group_stock_multi_warehouses",
    "stock.group_tracking_lot",
    "uom.group_uom",
)


def set_up(world):
    """Make everything that the story needs before its first day, people excepted."""
    _switch_on_features(world)
    _make_companies(world)
    _make_warehouses(world)
    _make_products(world)
    _make_recipes(world)


def _switch_on_features(world):
    groups = [world.env.ref(name).id for name in FEATURES]
    user_group = world.env.ref("base.group_user")
    user_group.write({"implied_ids": [Command.link(group) for group in groups]})


def _make_companies(world):
    env = world.env
    maker = env.ref("base.main_company")
    trader = env["res.company"].create({"name": SISTER[0], "sequence": 20})
    env.ref("base.EUR").active = True
    for company, row in ((maker, MAKER), (trader, SISTER)):
        _describe_company(env, company, row)
    env.user.company_ids |= trader
    world.companies = {"maker": maker, "trader": trader}
    world.partners.update(maker=maker.partner_id, trader=trader.partner_id)
    # Goods between the two pass through the inter-company transit, not through
    # "Vendors" and "Customers": Odoo sets this only for a user with the right group.
    trader._set_per_company_inter_company_locations(
        env.ref("stock.stock_location_inter_company")
    )


def _describe_company(env, company, row):
    name, street, code, city, country, mail = row
    company.write(
        {
            "name": name,
            "currency_id": env.ref("base.EUR").id,
            "email": mail,
            "iap_enrich_auto_done": True,
        }
    )
    # On the partner: a company's own country makes Odoo install its accounting.
    company.partner_id.write(
        {
            "street": street,
            "zip": code,
            "city": city,
            "country_id": env.ref(f"base.{country}").id,
        }
    )


def _make_warehouses(world):
    warehouse = world.model("stock.warehouse")
    factory = warehouse.search([("company_id", "=", world.companies["maker"].id)])
    factory.write({"name": "Mill Street Factory", "code": "FAC"})
    # Odoo renames all sequences of a warehouse but that of manufacturing.
    factory.manu_type_id.sequence_id.prefix = "FAC/MO/"
    centre = warehouse.create(
        {
            "name": "Distribution Centre",
            "code": "DC",
            "delivery_steps": "pick_pack_ship",
            "resupply_wh_ids": [Command.link(factory.id)],
        }
    )
    trading = world.model("stock.warehouse", "trader")
    depot = trading.search([("company_id", "=", world.companies["trader"].id)])
    values = {"name": "Bremen Depot", "code": "HB"}
    if depot:
        depot.write(values)
    else:
        depot = trading.create({**values, "company_id": world.companies["trader"].id})
    world.warehouses = {"factory": factory, "centre": centre, "depot": depot}


def _make_products(world):
    made = set(catalogue.RECIPES)
    for key, values in catalogue.PRODUCTS.items():
        code, name, unit, tracking, days, price = values
        world.products[key] = world.model("product.product").create(
            {
                "name": name,
                "default_code": code,
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "uom_id": world.env.ref(UNITS[unit]).id,
                "list_price": price,
                "standard_price": round(price * 0.6, 2),
                "sale_ok": code.isalpha() or key == "peanut",
                "purchase_ok": key not in made,
                "use_expiration_date": bool(days),
                "expiration_time": days,
                "use_time": days // 10,
                "removal_time": days // 10,
                "alert_time": days // 5,
            }
        )


def _make_recipes(world):
    for key, components in catalogue.RECIPES.items():
        by_products = catalogue.BY_PRODUCTS.get(key, {})
        product = world.products[key]
        world.recipes[key] = world.model("mrp.bom").create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": catalogue.SIZE,
                "product_uom_id": product.uom_id.id,
                "consumption": "flexible",
                "bom_line_ids": _prepare_parts(world, components),
                "byproduct_ids": _prepare_parts(world, by_products),
            }
        )


def _prepare_parts(world, parts):
    return [
        Command.create({"product_id": world.products[key].id, "product_qty": quantity})
        for key, quantity in parts.items()
    ]
