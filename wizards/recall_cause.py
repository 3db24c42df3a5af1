from datetime import date, datetime, time, timezone

from odoo import fields, models
from odoo.fields import Command, Domain
from odoo.tools import format_date

# A score of so much would come about once in 20 rankings of pure chance.
CHANCE = 0.05


def get_remark(env, cause, candidates):
    """What to bear in mind about a :class:`..tools.causes.Cause`, in words."""
    words = [_tell_ties(env, cause)] if cause.ties else []
    if candidates * 10**-cause.score > CHANCE:
        words.append(env._("May be chance."))
    if cause.explained == 1:
        words.append(env._("One complaint only."))
    return " ".join(words)


def _tell_ties(env, cause):
    if cause.ties == cause.twins == 1:
        return env._("Tied with another: same lots.")
    if cause.ties == cause.twins:
        return env._("Tied with %(count)s others: same lots.", count=cause.ties)
    if cause.ties == 1:
        return env._("Tied with another.")
    return env._("Tied with %(count)s others.", count=cause.ties)


class RecallCause(models.TransientModel):
    """One thing that complaint lots have in common.

    Each kind is a method `_get_vals_<kind>`, which names it and says what a scope line
    about it needs.
    """

    _name = "recall.cause"
    _description = "Possible Cause"
    _order = "sequence, id"
    _rec_name = "name"

    ranking_id = fields.Many2one(
        "recall.cause.ranking", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    rank = fields.Integer(
        "Place", help="1 for the likeliest; candidates that are tied share their place."
    )
    kind = fields.Selection(
        [
            ("lot", "Source lot"),
            ("goods", "Source without a lot"),
            ("vendor", "Vendor"),
            ("receipt", "Receipt"),
            ("production", "Manufacturing order"),
            ("workcenter", "Work centre"),
            ("place", "Place"),
            ("day", "Day"),
        ],
        required=True,
    )
    name = fields.Char(required=True)
    explained_count = fields.Integer("Complaints Explained")
    complaint_count = fields.Integer("Complaints")
    reached_count = fields.Integer(
        "Went Into", help="How many of the lots compared it went into, or befell."
    )
    score = fields.Float(
        digits=(16, 1),
        help="How hard it is to explain by chance (Fisher's exact test): 3 means that "
        "one in 1,000 such coincidences is pure chance, 6 one in a million. It is high "
        "for what explains most complaints with fewest innocent lots.",
    )
    tie_count = fields.Integer("Tied With")
    remark = fields.Text()
    scope_vals = fields.Json()

    def action_use(self):
        """Make it a line of the case's scope, or of a new case."""
        self.ensure_one()
        self.ranking_id.check_access("read")
        vals = {**self.scope_vals, "is_cause": True}
        case = self.ranking_id.case_id
        if not case:
            return case._prepare_open_action(self.name, [vals])
        if not self._is_in(case.scope_ids, vals):
            self.env["recall.scope"].create({**vals, "case_id": case.id})
        return {"type": "ir.actions.act_window_close"}

    def _is_in(self, lines, vals):
        """Whether one of the scope lines says just this already."""
        new = lines.new(vals)
        return any(
            all(
                line[name] == (new[name]._origin if field.relational else new[name])
                for name, field in lines._fields.items()
                if name in vals
            )
            for line in lines
        )

    # ------------------------------------------------------------------
    # From facts to a scope line
    # ------------------------------------------------------------------
    def _prepare_cause_vals(self, kind, key, facts):
        """Name and scope line of a candidate.

        :param key: see `recall.trace.cause`
        :param facts: its facts about complaint lots
        """
        name, vals = getattr(self, f"_get_vals_{kind}")(key, facts)
        return {"kind": kind, "name": name, "scope_vals": vals}

    def _get_vals_lot(self, lot_id, facts):
        lot = self.env["stock.lot"].browse(lot_id)
        name = f"{lot.product_id.display_name}: {lot.name}"
        return name, {"kind": "lot", "lot_ids": [Command.set(lot.ids)]}

    def _get_vals_goods(self, product_id, facts):
        product = self.env["product.product"].browse(product_id)
        vals = {"kind": "product", "product_ids": [Command.set(product.ids)]}
        return product.display_name, vals

    def _get_vals_vendor(self, partner_id, facts):
        """All that came from the vendor on the days of the complaints' receipts."""
        vendor = self.env["res.partner"].browse(partner_id)
        pickings = self.env["stock.picking"].search(
            # its own transfers, which may name another partner than their purchase
            Domain("id", "in", [fact.picking for fact in facts if fact.picking])
            | self._get_sent_domain(vendor, facts)
        )
        if not pickings:
            vals = {**self._get_product_vals(facts), **self._get_days(facts)}
            return vendor.display_name, {**vals, "window_on": "receipt"}
        vals = {"kind": "receipt", "picking_ids": [Command.set(pickings.ids)]}
        return vendor.display_name, vals

    def _get_sent_domain(self, vendor, facts):
        """Transfers from a vendor, here or straight to customers, on the days."""
        days = self._get_days(facts)
        came = Domain("picking_type_code", "=", "incoming")
        came |= Domain("location_id.usage", "=", "supplier")
        return (
            came
            & Domain("partner_id", "child_of", vendor.id)
            & Domain("state", "=", "done")
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("date_done", ">=", days["date_from"])
            & Domain("date_done", "<=", days["date_to"])
        )

    def _get_vals_receipt(self, picking_id, facts):
        picking = self.env["stock.picking"].browse(picking_id)
        vals = {"kind": "receipt", "picking_ids": [Command.set(picking.ids)]}
        return picking.display_name, vals

    def _get_vals_production(self, production_id, facts):
        order = self.env["mrp.production"].browse(production_id)
        return order.name, {"kind": "production", "production_ref": order.name}

    def _get_vals_workcenter(self, workcenter_id, facts):
        workcenter = self.env["mrp.workcenter"].browse(workcenter_id)
        # No window: work orders ended before what they made came into stock.
        return workcenter.name, {
            "kind": "production",
            "workcenter_ref": workcenter.name,
        }

    def _get_vals_place(self, location_id, facts):
        place = self.env["stock.location"].browse(location_id)
        vals = {"kind": "location", "location_id": place.id}
        return place.display_name, {**vals, **self._get_window(facts)}

    def _get_vals_day(self, key, facts):
        made_on, day = key[0], date.fromisoformat(key[1])
        text = self.env._("Made on %(day)s", day=format_date(self.env, day))
        if made_on == "receipt":
            text = self.env._("Received on %(day)s", day=format_date(self.env, day))
        vals = {**self._get_product_vals(facts), **self._get_whole_days(day, day)}
        return text, {**vals, "window_on": made_on}

    def _get_product_vals(self, facts):
        products = sorted({fact.node[0] for fact in facts})
        return {"kind": "product", "product_ids": [Command.set(products)]}

    def _get_days(self, facts):
        """The whole days from the first to the last time, where the user is."""
        days = [
            fields.Datetime.context_timestamp(self, fact.date).date() for fact in facts
        ]
        return self._get_whole_days(min(days), max(days))

    def _get_whole_days(self, first, last):
        return {
            "date_from": self._to_utc(first, time.min),
            "date_to": self._to_utc(last, time.max),
        }

    def _get_window(self, facts):
        """From the first to the last time that it befell a complaint lot."""
        dates = [fact.date for fact in facts]
        return {
            "date_from": fields.Datetime.to_string(min(dates)),
            "date_to": fields.Datetime.to_string(max(dates)),
        }

    def _to_utc(self, day, edge):
        local = self.env.tz.localize(datetime.combine(day, edge.replace(microsecond=0)))
        return fields.Datetime.to_string(local.astimezone(timezone.utc))
