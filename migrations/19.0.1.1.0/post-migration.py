"""Quarantines: an installation makes them by its hook, which no upgrade runs."""

from odoo import SUPERUSER_ID, api

from odoo.addons.stock_recall.hooks import create_quarantines


def migrate(cr, version):
    create_quarantines(api.Environment(cr, SUPERUSER_ID, {}))
