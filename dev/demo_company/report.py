"""The printed report of a recall case: what a quality manager asks first."""

from collections import defaultdict

from .tables import number, paragraph, section, table

EVIDENCE = ["exact", "order", "inferred"]
# Terms of the balance, with their sign on the right side of "in = ...".
BALANCE = (
    ("on hand", "qty_on_hand", 1),
    ("in transit", "qty_in_transit", 1),
    ("delivered", "qty_delivered", 1),
    ("returned", "qty_returned", -1),
    ("consumed", "qty_consumed", 1),
    ("scrapped", "qty_scrapped", 1),
    ("to vendor", "qty_vendor_returned", 1),
    ("adjusted", "qty_adjusted", 1),
)
# Candidates that are printed.
CAUSES = 12


def render(case):
    """The whole report as text."""
    return "\n".join(
        (
            _render_head(case),
            section("Affected by product", _render_affected(case)),
            section("Where it is", _render_whereabouts(case)),
            section("On the way: documents to stop", _render_pending(case)),
            section("Consignees: net quantities", _render_consignees(case)),
            section("Gaps: where records cannot say", _render_gaps(case)),
            section("Balance", _render_balance(case)),
        )
    )


def render_ranking(case, ranking):
    """Where the cause of complaints may be, the likeliest first."""
    shown = ranking.cause_ids[:CAUSES]
    kinds = dict(shown._fields["kind"]._description_selection(case.env))
    rows = [
        [
            f"{cause.rank}{'=' if cause.tie_count else ' '}",
            kinds[cause.kind],
            cause.name,
            f"{cause.explained_count} of {cause.complaint_count}",
            cause.reached_count,
            f"{cause.score:.1f}",
        ]
        for cause in shown
    ]
    heads = ["Place", "Kind", "In common", "Complaints", "Went into", "Score"]
    return section(
        f"Where the cause may be: {case.display_name}",
        "\n".join(
            (
                paragraph(ranking.summary, first=""),
                table(heads, rows, [0, 0, 48]),
                *_list_remarks(shown),
                f"Shown are {len(rows)} of {len(ranking.cause_ids)} candidates.",
            )
        ),
    )


def _list_remarks(causes):
    for remark, said in causes.grouped("remark").items():
        if remark:
            places = dict.fromkeys(map(str, said.mapped("rank")))
            yield paragraph(f"{', '.join(places)}: {remark}", first="")


def _current(rows):
    return rows.filtered(lambda row: not row.is_gone)


def _affected(case):
    return _current(case.affected_ids).filtered("in_scope")


def _code(product):
    return product.default_code or product.name


def _render_head(case):
    scope = ", ".join(
        f"{line.display_name} ({line.direction}): {line.seed_count} lots"
        for line in case.scope_ids
    )
    seeds = _affected(case).filtered(lambda row: row.role == "seed").lot_id
    lines = case.env["stock.move.line"].sudo().search_count([])
    companies = case.company_id | case.company_ids
    return "\n".join(
        (
            f"RECALL CASE {case.display_name}",
            f"Scope      {scope}: {', '.join(seeds.mapped('name'))}",
            f"Looked in  {', '.join(companies.mapped('name'))}",
            f"Trace      {case.trace_duration:.2f} s, {lines:,} stock move lines in the"
            " database",
        )
    )


def _render_affected(case):
    rows = []
    for product, lots in _affected(case).grouped("product_id").items():
        rows.append(
            [
                f"{_code(product)} {product.name}",
                product.uom_id.name,
                len(lots),
                "/".join(e for e in EVIDENCE if e in lots.mapped("evidence")),
                *(
                    sum(lots.mapped(name))
                    for name in ("qty_in", "qty_on_hand", "qty_reserved")
                ),
                sum(lots.mapped("qty_in_transit")),
                sum(lots.mapped("qty_delivered")) - sum(lots.mapped("qty_returned")),
                sum(lots.mapped("qty_unaccounted")),
            ]
        )
    heads = [
        "Product",
        "Unit",
        "Lots",
        "Evidence",
        "In",
        "On hand",
        "Reserved",
        "Transit",
        "Net out",
        "Unacc.",
    ]
    return "\n".join(
        (
            table(heads, rows, [27, 5, 0, 14]),
            "Reserved is a part of on hand. Net out is delivered less returned, also to"
            " a sister company.",
            "",
            *_list_affected_lots(case),
        )
    )


def _list_affected_lots(case):
    for product, rows in _affected(case).grouped("product_id").items():
        names = [row.lot_id.name or "without a lot" for row in rows]
        if len(names) > 8:
            names = [f"{min(names)} to {max(names)}"]
        yield f"{_code(product).ljust(8)}{', '.join(sorted(names))}"


def _render_whereabouts(case):
    found = defaultdict(lambda: defaultdict(float))
    for quant in _get_quants(case):
        key = (_name_place(quant.location_id), _code(quant.product_id))
        found[key][quant.lot_id.name or "no lot"] += quant.quantity
    rows, last = [], None
    for (place, code), lots in sorted(found.items()):
        shown = place if place != last else ""
        rows.append([shown, code, sum(lots.values()), _list_lots(lots)])
        last = place
    return table(["Place", "Product", "Quantity", "Lots"], rows, [36, 7, 9, 50])


def _name_place(location):
    warehouse = location.warehouse_id.name
    return ": ".join(filter(None, [warehouse, location.display_name]))


def _get_quants(case):
    """The goods themselves; those without a lot only where they may be bad."""
    quants = case.env["stock.quant"].search(case._get_on_hand_domain())
    open_products = _affected(case).filtered(
        lambda row: not row.lot_id and (row.qty_on_hand or row.qty_in_transit)
    )
    return quants.filtered(
        lambda quant: quant.quantity
        and (quant.lot_id or quant.product_id in open_products.product_id)
    )


def _list_lots(quantities):
    names = sorted(quantities)
    if len(names) > 4:
        return f"{names[0]} to {names[-1]}, {len(names)} lots"
    return ", ".join(f"{name} {number(quantities[name])}" for name in names)


def _render_pending(case):
    stages = dict(case.pending_ids._fields["stage"]._description_selection(case.env))
    order = list(stages)[::-1]
    rows = [
        [
            stages[row.stage],
            row.document or "",
            _code(row.product_id),
            row.lot_id.name or "no lot",
            row.quantity,
            row.location_id.display_name,
            row.partner_id.display_name or "",
        ]
        for row in sorted(
            _current(case.pending_ids),
            key=lambda row: (order.index(row.stage), row.document or "", row.id),
        )
    ]
    heads = ["Stage", "Document", "Product", "Lot", "Quantity", "Now in", "For"]
    return table(heads, rows, [14, 14, 7, 10, 0, 23, 28])


def _render_consignees(case):
    exposures = _current(case.exposure_ids).filtered("affected_id.in_scope")
    sisters = case.company_ids.partner_id
    inside = exposures.filtered(lambda row: row.partner_id in sisters)
    outside = exposures - inside
    products = outside.product_id.sorted("default_code")
    rows = [
        [*_name_consignee(partner), *_net(lines, products)]
        for partner, lines in sorted(
            outside.grouped("partner_id").items(),
            key=lambda item: (item[0].country_id.code or "", item[0].name or ""),
        )
    ]
    rows.append([f"Total: {len(rows)}", "", *_net(outside, products)])
    grades = ", ".join(
        f"{sum(row.evidence == grade for row in outside)} {grade}" for grade in EVIDENCE
    )
    notes = [
        "A dot is 0: nothing affected received, or all of it returned.",
        f"Evidence, by delivered lot: {grades}.",
        *_tell_sisters(inside),
    ]
    heads = ["Consignee", "In", "Deliv.", *map(_code, products)]
    return "\n".join((table(heads, rows, [34]), *notes))


def _name_consignee(partner):
    return partner.display_name or "(unknown)", partner.country_id.code or ""


def _net(lines, products):
    """The number of deliveries, and the net quantity of each product."""
    net = defaultdict(float)
    for line in lines:
        net[line.product_id] += line.qty_net
    return len(lines.picking_id), *(net[product] for product in products)


def _tell_sisters(exposures):
    """What went to a company of the case is counted where it went from there."""
    for partner, lines in exposures.grouped("partner_id").items():
        products = lines.product_id.sorted("default_code")
        _count, *net = _net(lines, products)
        goods = ", ".join(
            f"{_code(product)} {number(quantity)}"
            for product, quantity in zip(products, net, strict=True)
        )
        yield f"Not in the total: {partner.name} received {goods},"
        yield "one of the companies looked in; the list has those it passed it on to."


def _render_gaps(case):
    kinds = dict(case.gap_ids._fields["kind"]._description_selection(case.env))
    gaps = _current(case.gap_ids)
    return "\n".join(line for gap in gaps for line in _render_gap(kinds[gap.kind], gap))


def _render_gap(kind, gap):
    goods = f"{_code(gap.product_id)} {gap.lot_id.name or ''}".strip()
    if gap.candidate_lot_id:
        goods += f" <> {gap.candidate_lot_id.name}"
    where = f"{gap.reference or ''} {gap.date and gap.date.date() or ''}".strip()
    yield f"{kind}: {goods} ({where}){f', {number(gap.quantity)}' * bool(gap.quantity)}"
    yield paragraph(gap.note or "")


def _render_balance(case):
    lines = []
    for unit, rows in _affected(case).grouped("product_uom_id").items():
        terms = []
        for text, name, sign in BALANCE:
            quantity = sum(rows.mapped(name))
            if quantity:
                terms.append(f"{'+' if sign > 0 else '-'} {text} {number(quantity)}")
        total = number(sum(rows.mapped("qty_in")))
        gone = number(sum(abs(row.qty_unaccounted) for row in rows))
        lines.append(
            paragraph(
                f"{unit.name}: in {total} = {' '.join(terms).lstrip('+ ')}"
                f" + unaccounted {gone}",
                first="",
            )
        )
    return "\n".join(lines)
