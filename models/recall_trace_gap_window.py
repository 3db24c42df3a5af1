from odoo import models


class RecallTraceGap(models.AbstractModel):
    """Gaps where goods without a lot may be suspect: one for each window."""

    _inherit = "recall.trace.gap"

    def _get_windows(self, findings):
        for window, product in self._windows(findings.forward):
            start, end = window.start, window.end
            values = self._describe(product, window.place, start, end)
            if end is None:
                note = self.env._(
                    "Since %(start)s any %(product)s in %(place)s may contain a "
                    "suspect lot: the records do not tell the units apart, and the "
                    "stock has not been empty since. Hold all of it, or find out from "
                    "production papers which units are meant.",
                    **values,
                )
            else:
                note = self.env._(
                    "From %(start)s to %(end)s any %(product)s in %(place)s may have "
                    "contained a suspect lot: the records do not tell the units "
                    "apart. Whoever received it then is listed as inferred; find out "
                    "from production papers who really did.",
                    **values,
                )
            yield self._prepare_gap(
                self._get_window_kind(product),
                (product.id, 0),
                f"window:{product.id}:{window.place}:{start:.0f}",
                note,
                reference=values["place"],
                date=self._to_datetime(start),
                quantity=window.opening + sum(window.arrived.values()),
            )

    def _get_source_windows(self, findings):
        for window, product in self._windows(findings.backward):
            # The trail runs backwards in time: the window starts where it ends.
            start = None if window.end is None else -window.end
            values = self._describe(product, window.place, start, -window.start)
            yield self._prepare_gap(
                self._get_window_kind(product),
                (product.id, 0),
                f"source:{product.id}:{window.place}:{-window.start:.0f}",
                self.env._(
                    "%(product)s used until %(end)s came from %(place)s without a "
                    "lot: any receipt since %(start)s may be its source, and whatever "
                    "else was made from it is not followed. Compare the receipts with "
                    "production papers.",
                    **values,
                ),
                reference=values["place"],
                date=self._to_datetime(-window.start),
                quantity=sum(window.left.values()),
            )

    def _windows(self, trail):
        products = self.env["product.product"].browse(trail.windows)
        products.fetch(["display_name", "tracking"])
        for product in products:
            for window in trail.windows[product.id]:
                yield window, product

    def _get_window_kind(self, product):
        return "untracked" if product.tracking == "none" else "no_lot_recorded"

    def _describe(self, product, place, start, end):
        if place < 0:
            name = self.env["stock.warehouse"].browse(-place).name
        else:
            name = self.env["stock.location"].browse(place).complete_name
        return {
            "product": product.display_name,
            "place": name,
            "start": self._format(start),
            "end": self._format(end),
        }
