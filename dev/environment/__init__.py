"""Everything the commands in `dev/` share: from a bare machine to a database.

Each module makes one thing and trusts the ones before it:

`start` finds a Python, `console` talks, `cache` keeps what was built, `programs`
runs others quietly, `debian` fetches packages, `packages` is the virtual
environment, `odoo` is Odoo itself, `postgres` is the server, `checkout` is this
addon as Odoo sees it, `databases` are templates and their copies, `tools` are the
browser, the PDF engine and the linters. `commands` holds one function for each
command; `linting`, `testing` and `demo` are the longer ones, and `sharing` is a plugin
of the pytest that `testing` starts.
"""
