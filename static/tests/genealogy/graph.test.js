import {describe, expect, test} from "@odoo/hoot";
import {getFittingZoom, getTree, getWay} from "@stock_recall/genealogy/graph";
import {makePicture} from "./picture_data";

describe.current.tags("headless");

const LINKS = [
    {source: "a", target: "b"},
    {source: "b", target: "c"},
    {source: "b", target: "d"},
    {source: "x", target: "d"},
];

test("the way through a card goes back and forth, and not sideways", () => {
    const way = getWay(LINKS, "b");

    expect([...way.cards].sort()).toEqual(["a", "b", "c", "d"]);
    expect([...way.links]).toEqual(LINKS.slice(0, 3));
});

test("the way to a card that two lead to", () => {
    const way = getWay(LINKS, "d");

    expect([...way.cards].sort()).toEqual(["a", "b", "d", "x"]);
    expect(way.links).toHaveLength(3);
});

test("the way through a cycle ends", () => {
    const links = [
        {source: "a", target: "b"},
        {source: "b", target: "a"},
    ];
    expect([...getWay(links, "a").cards].sort()).toEqual(["a", "b"]);
});

test("the way through a card without links is the card", () => {
    expect([...getWay(LINKS, "z").cards]).toEqual(["z"]);
});

test("the tree has each card in its column, with what comes and goes", () => {
    const tree = getTree(makePicture());

    expect(tree.map((column) => column.title)).toEqual([
        "Vendors",
        "Step 1",
        "Step 2",
        "Consignees",
    ]);
    const [nut] = tree[1].cards;
    expect(nut.from.map((link) => link.key)).toEqual(["farm"]);
    expect(nut.to.map((link) => link.name)).toEqual(["jar", "mix", "box, 2,000 lots"]);
    expect(tree[3].cards[0].from.map((link) => link.evidence_text)).toEqual([
        "Manufacturing order",
        "Exact",
    ]);
});

test("a picture is shrunk to its frame as long as it can be read", () => {
    expect(getFittingZoom(1000, 800)).toBe(0.8);
    expect(getFittingZoom(1000, 2000)).toBe(1);
    expect(getFittingZoom(1000, 100)).toBe(0.6);
    expect(getFittingZoom(0, 100)).toBe(1);
});
