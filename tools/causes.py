"""What complaints have in common, ranked: plain Python, no database.

Each candidate went into some of the lots of the population; some lots have a
complaint. Were complaints spread over the population by chance, so many of them, or
more, would fall on the candidate's lots with the probability of Fisher's exact test
(one-sided). The smaller it is, the harder the candidate is to explain away: it is
small for what explains many complaints with few innocent lots, near 1 for what went
into everything, and exact for small numbers too.

Candidates that went into the very same lots ("twins": a lot, and the receipt that
brought nothing else) would cause the very same complaints. No ranking tells them apart;
they share their place and stand side by side, the caller says in which order.
"""

from collections import defaultdict
from itertools import accumulate
from math import exp, lgamma, log, log10
from typing import NamedTuple

# Scores that differ by less cannot be told apart.
SAME_SCORE = 1e-6


class Cause(NamedTuple):
    """A candidate.

    `explained` of the complaints are among the `reached` lots it went into; `score` is
    the negated decimal logarithm of the chance. `place` is 1 for the best, and the same
    for those of the same score: `ties` others, of which `twins` went into the very same
    lots.
    """

    key: object
    explained: int
    reached: int
    score: float
    place: int = 0
    ties: int = 0
    twins: int = 0


def rank_causes(complaints, population, reach, order=lambda key: 0):
    """The candidates that explain a complaint, the likeliest first.

    What explains one of several complaints is nothing that they have in common: it
    comes last, whatever its score.

    :param complaints: bit mask of the lots with a complaint
    :param population: bit mask of all lots that could have had one
    :param reach: {candidate: bit mask of the lots it went into}
    :param order: sort key by which candidates of the same score come
    """
    total, bad = population.bit_count(), complaints.bit_count()
    by_mask = defaultdict(list)
    for key, mask in reach.items():
        if mask & complaints:
            by_mask[mask & population].append(key)
    groups = []
    for mask, keys in by_mask.items():
        explained, reached = (mask & complaints).bit_count(), mask.bit_count()
        score = get_score(explained, reached, bad, total)
        keys.sort(key=order)
        is_own = explained == 1 < bad
        worth = (is_own, -round(score / SAME_SCORE))
        twins = [Cause(x, explained, reached, score, twins=len(keys) - 1) for x in keys]
        groups.append((worth, twins))
    groups.sort(key=lambda group: (group[0], order(group[1][0].key)))
    return list(_place(groups))


def _place(groups):
    """The causes with their place and ties.

    :param groups: sorted list of (worth, causes that are twins)
    """
    numbers = defaultdict(int)
    for worth, twins in groups:
        numbers[worth] += len(twins)
    places = dict(zip(numbers, accumulate(numbers.values(), initial=1), strict=False))
    for worth, twins in groups:
        for cause in twins:
            yield cause._replace(place=places[worth], ties=numbers[worth] - 1)


def get_score(explained, reached, complaints, population):
    """-log10 of the chance that `complaints` lots drawn from the population have
    `explained` or more among the `reached`."""
    most = min(complaints, reached)
    all_ways = _log_choose(population, complaints)
    chance = sum(
        exp(
            _log_choose(reached, hits)
            + _log_choose(population - reached, complaints - hits)
            - all_ways
        )
        for hits in range(explained, most + 1)
        if complaints - hits <= population - reached
    )
    if not chance:
        # Too small for a float: its largest term says as much.
        return (
            all_ways
            - _log_choose(reached, explained)
            - _log_choose(population - reached, complaints - explained)
        ) / log(10)
    return max(0.0, -log10(chance))


def spread_masks(masks, edges):
    """{node: mask of the lots it went into}.

    :param masks: {lot: its own bit}
    :param edges: (product, source) pairs of nodes
    """
    sources = defaultdict(set)
    for product, source in edges:
        sources[product].add(source)
    masks, waiting = defaultdict(int, masks), list(masks)
    while waiting:
        node = waiting.pop()
        for source in sources[node]:
            if masks[node] & ~masks[source]:
                masks[source] |= masks[node]
                waiting.append(source)
    return dict(masks)


def _log_choose(total, count):
    return lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
