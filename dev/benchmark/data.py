"""What several benches begin with."""


def create_products(env, count):
    """Products tracked by lot, to be found by their name."""
    return env["product.product"].create(
        [
            {"name": f"Bench {number}", "is_storable": True, "tracking": "lot"}
            for number in range(count)
        ]
    )


def warehouse_of(env):
    """The warehouse of the company that the environment works in."""
    return env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
