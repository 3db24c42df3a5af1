"""The records of the demo company by short name."""

CONTEXT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
    "skip_sms": True,
    "skip_expired": True,
}


class World:
    """Odoo as the story sees it.

    :param env: environment of the superuser
    :param clock: :class:`.clock.Clock`, running
    """

    def __init__(self, env, clock):
        self.env = env(context={**env.context, **CONTEXT})
        self.clock = clock
        self.products = {}
        self.partners = {}
        self.companies = {}
        self.warehouses = {}
        self.recipes = {}
        self._lots = {}

    def at(self, week, day, hour, minute=0):
        """Go to a moment of the story."""
        # What Odoo has still to compute belongs to the moment that is over.
        self.env.flush_all()
        self.clock.set(week, day, hour, minute)

    def step(self, minutes=10):
        """Let some time pass between two documents."""
        self.env.flush_all()
        self.clock.step(minutes)

    def model(self, name, company="maker"):
        """A model in the eyes of one of the companies."""
        return self.env[name].with_company(self.companies[company])

    def lot(self, product, name):
        """The lot of a product, made when it is not there yet.

        :param product: key of the product
        """
        if name not in self._lots:
            values = {"name": name, "product_id": self.products[product].id}
            self._lots[name] = self.env["stock.lot"].create(values)
        return self._lots[name]

    def adopt(self, lots):
        """Learn of lots that Odoo has named."""
        self._lots.update((lot.name, lot) for lot in lots)

    def lots(self, *names):
        """Lots that are there already."""
        return [self._lots[name] for name in names]

    def on_hand(self, product, place, lot=None):
        """What lies under a location."""
        return sum(self.quants(product, place, lot).mapped("quantity"))

    def quants(self, product, place, lot=None):
        domain = [
            ("product_id", "=", self.products[product].id),
            ("location_id", "child_of", place.id),
        ]
        if lot:
            domain.append(("lot_id", "=", self._lots[lot].id))
        return self.env["stock.quant"].search(domain)

    def take(self, moves, picks):
        """Replace what Odoo reserved by what somebody took from the shelf.

        :param picks: `{product key: [(lot name, quantity)]}`; a quantity of None is
            all that the move still needs
        """
        for product, taken in picks.items():
            move = moves.filtered(
                lambda m, key=product: m.product_id == self.products[key]
            )
            move.ensure_one().move_line_ids.unlink()
            missing = move.product_uom_qty
            lines = []
            for name, quantity in taken:
                quantity = missing if quantity is None else quantity
                missing -= quantity
                self._require(move, self._lots[name], quantity)
                lines.append(self._line(move, self._lots[name], quantity))
            self.env["stock.move.line"].create(lines)

    def _require(self, move, lot, quantity):
        """Nobody takes what is not there, though Odoo would book it."""
        if move.location_id.usage != "internal":
            return
        free = self.env["stock.quant"]._get_available_quantity(
            move.product_id, move.location_id, lot_id=lot
        )
        if move.product_uom.compare(free, quantity) < 0:
            raise ValueError(f"{lot.name}: {quantity} wanted, {free} free")

    def _line(self, move, lot, quantity):
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "product_id": move.product_id.id,
            "product_uom_id": move.product_uom.id,
            "lot_id": lot.id,
            "quantity": quantity,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "company_id": move.company_id.id,
        }


def finish(pickings):
    """Validate transfers that are reserved in full.

    :raise ValueError: when goods are missing, or Odoo wants to ask something: then
        the story does not add up
    """
    for move in pickings.move_ids:
        if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
            raise ValueError(
                f"{move.picking_id.name} {move.picking_id.origin}: "
                f"{move.quantity} of {move.product_uom_qty} {move.product_id.name}"
            )
    pickings.move_ids.picked = True
    pickings.button_validate()
    if set(pickings.mapped("state")) - {"done"}:
        raise ValueError(f"not done: {pickings.mapped('name')}")
