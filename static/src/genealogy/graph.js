import {groupBy} from "@web/core/utils/arrays";

/**
 * What the picture of a genealogy needs to know of its links. Which cards there are,
 * what they say and where they stand comes from the server.
 */

const LEAST_ZOOM = 0.6;

function reach(links, key, from, to) {
    const cards = new Set([key]);
    const passed = new Set();
    const leaving = groupBy(links, from);
    for (const card of cards) {
        for (const link of leaving[card] || []) {
            passed.add(link);
            // A set is walked through to what is added on the way
            cards.add(link[to]);
        }
    }
    return {cards, passed};
}

/**
 * The way through a card: all that leads to it, and all that it leads to.
 *
 * @param {object[]} links with `source` and `target`
 * @param {string} key of the card
 * @returns {{cards: Set, links: Set}}
 */
export function getWay(links, key) {
    const back = reach(links, key, "target", "source");
    const forth = reach(links, key, "source", "target");
    return {
        cards: new Set([...back.cards, ...forth.cards]),
        links: new Set([...back.passed, ...forth.passed]),
    };
}

/**
 * Columns with their cards, and each card with the links that come and go.
 *
 * @param {object} picture as the server draws it
 * @returns {object[]} for a nested list
 */
export function getTree(picture) {
    const cards = new Map(picture.cards.map((card) => [card.key, card]));
    const comes = groupBy(picture.links, "target");
    const goes = groupBy(picture.links, "source");
    const name = (key) => {
        const {title, subtitle} = cards.get(key);
        return subtitle ? `${title}, ${subtitle}` : title;
    };
    return picture.columns.map((column) => ({
        title: column.title,
        cards: column.keys.map((key) => ({
            ...cards.get(key),
            from: (comes[key] || []).map((link) => ({
                ...link,
                key: link.source,
                name: name(link.source),
            })),
            to: (goes[key] || []).map((link) => ({
                ...link,
                key: link.target,
                name: name(link.target),
            })),
        })),
    }));
}

/**
 * The zoom at which a picture is as wide as its frame, if it can still be read then.
 *
 * @param {number} width of the picture
 * @param {number} frame width that there is
 * @returns {number}
 */
export function getFittingZoom(width, frame) {
    if (!width || !frame) {
        return 1;
    }
    return Math.min(1, Math.max(LEAST_ZOOM, frame / width));
}
