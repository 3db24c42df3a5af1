"""Vendors, consignees and users."""

import unicodedata

from odoo.fields import Command

from . import partners

# The modules whose terms a person meets in a notice, a portal page or a transfer: all
# of Odoo in two more languages would take longer than the rest of the setup.
TRANSLATED = ["portal", "product", "sale", "stock", "stock_recall", "uom"]
PASSWORD = "demo"


def invite(world):
    """Make all partners and users of the story."""
    _speak(world)
    countries = _get_countries(world)
    for table in (partners.VENDORS, partners.RETAIL, partners.LOCAL, partners.TRADE):
        for key, row in table.items():
            world.partners[key] = _make_partner(world, countries, key, row)
    _make_chain(world, countries)
    # Hashed once: it takes a second on purpose.
    secret = world.env["res.users"]._crypt_context().hash(PASSWORD)
    for login, row in partners.USERS.items():
        user = _make_user(world, login, row)
        user._set_encrypted_password(user.id, secret)


def logins():
    """The logins to show to whoever opens the demo."""
    return [
        {"login": login, "password": PASSWORD, "who": job}
        for login, (_name, job, _groups, _both) in partners.USERS.items()
    ]


def _speak(world):
    languages = sorted(set(partners.LANGUAGES.values()) - {"en_US"})
    for code in languages:
        world.env["res.lang"]._activate_lang(code)
    world.env["ir.module.module"]._load_module_terms(TRANSLATED, languages)


def _get_countries(world):
    countries = world.env["res.country"].search(
        [("code", "in", list(partners.LANGUAGES))]
    )
    return {country.code: country for country in countries}


def _make_partner(world, countries, key, row, **values):
    name, street, code, city, country = row
    return world.env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "street": street,
            "zip": code,
            "city": city,
            "country_id": countries[country].id,
            "lang": partners.LANGUAGES[country],
            "email": f"{_spell(key)}@{_spell(name)}.example.com",
            "phone": f"+{countries[country].phone_code} 555 {len(world.partners):04}",
            **values,
        }
    )


def _make_chain(world, countries):
    chain = _make_partner(world, countries, "office", partners.CHAIN)
    world.partners["vert"] = chain
    for key, row in partners.CHAIN_SHOPS.items():
        world.partners[key] = _make_partner(
            world,
            countries,
            key,
            row,
            is_company=False,
            parent_id=chain.id,
            type="delivery",
        )


def _make_user(world, login, row):
    name, job, groups, in_both = row
    companies = list(world.companies.values())
    env = world.env
    return env["res.users"].create(
        {
            "name": name,
            "login": login,
            "email": f"{login}@hazelgrain.example.com",
            "function": job,
            "company_id": companies[0].id,
            "company_ids": [
                Command.set([c.id for c in companies[: 2 if in_both else 1]])
            ],
            "group_ids": [
                Command.set([env.ref(g).id for g in ("base.group_user", *groups)])
            ],
        }
    )


def _spell(text):
    """A text as part of a mail address."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in plain.lower() if c.isalnum())
