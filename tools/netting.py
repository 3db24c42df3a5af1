"""Setting returns off against deliveries: plain Python, no database."""

from collections import defaultdict

NEVER = float("inf")


def net_returns(deliveries, returns):
    """Attribute each return to the deliveries it takes back, oldest first.

    A return is matched by the move it returns, then, as far as that leaves some of
    it, by who gave it back; a serial number is one unit, whoever gives it back.

    :param deliveries: dicts with `line`, `key` (lot or product), `move`, `partner`,
        `time`, `quantity`, `serial`
    :param returns: dicts with `key`, `origin_move`, `partner`, `time`, `quantity`,
        and `line` where a line may be a delivery, too: what is repaired at a customer
        goes from there to there, and does not take itself back
    :return: returned quantity by delivery line
    """
    returned = defaultdict(float)
    keys = {back["key"] for back in returns}
    deliveries = [delivery for delivery in deliveries if delivery["key"] in keys]
    by_move, by_partner, by_key = (
        defaultdict(list),
        defaultdict(list),
        defaultdict(list),
    )
    for delivery in sorted(deliveries, key=lambda d: (d["time"], d["line"])):
        by_move[delivery["key"], delivery["move"]].append(delivery)
        by_partner[delivery["key"], delivery["partner"]].append(delivery)
        if delivery["serial"]:
            by_key[delivery["key"]].append(delivery)

    def settle(candidates, back, time, quantity):
        for delivery in candidates:
            if delivery["time"] > time or quantity <= 0:
                continue
            if delivery["line"] == back.get("line"):
                continue
            taken = min(quantity, delivery["quantity"] - returned[delivery["line"]])
            returned[delivery["line"]] += taken
            quantity -= taken
        return quantity

    unmatched = []
    for back in sorted(returns, key=lambda r: r["time"]):
        left = settle(
            by_move[back["key"], back["origin_move"]], back, NEVER, back["quantity"]
        )
        unmatched.append((back, left))
    for back, left in unmatched:
        partner = (back["key"], back["partner"])
        left = settle(
            by_partner[partner] if back["partner"] else [], back, back["time"], left
        )
        settle(by_key[back["key"]][::-1], back, back["time"], left)
    return returned
