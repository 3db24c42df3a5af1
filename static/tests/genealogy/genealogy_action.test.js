import {
    advanceTime,
    animationFrame,
    expect,
    press,
    queryAllTexts,
    queryOne,
    test,
} from "@odoo/hoot";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {WebClient} from "@web/webclient/webclient";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {makePicture} from "./picture_data";

defineMailModels();

/**
 * Open the picture of case 7.
 *
 * @param {Function} draw what the server draws
 * @returns {Promise<Array>} what the server is asked for
 */
async function openPicture(draw = () => makePicture()) {
    const calls = [];
    onRpc("recall.case", "get_genealogy", ({args, kwargs}) => {
        calls.push([args[0][0], kwargs.unfolded, kwargs.term]);
        return draw(kwargs);
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "recall_genealogy",
        res_model: "recall.case",
        context: {active_id: 7},
    });
    await animationFrame();
    return calls;
}

function getCard(key) {
    return `.o_genealogy_card[data-key=${key}]`;
}

test.tags("desktop");
test("cards say what the server says", async () => {
    const calls = await openPicture();
    expect(calls).toEqual([[7, [], ""]]);

    expect(".o_genealogy_card").toHaveCount(6);
    expect(queryAllTexts(`${getCard("nut")} .o_genealogy_main > *`)).toEqual([
        "nut",
        "Nut",
        "10 Units in · 7 on hand",
        "Suspect",
        "On hold",
    ]);
    expect(`${getCard("nut")} .o_genealogy_main`).toHaveAttribute(
        "aria-label",
        "nut. Nut. 10 Units in. Suspect. On hold"
    );
    expect(".o_genealogy_note").toHaveText("Gap: Another company (2)");
    expect(queryAllTexts(".o_genealogy_heading")).toEqual([
        "Vendors",
        "Step 1",
        "Step 2",
        "Consignees",
    ]);
});

test.tags("desktop");
test("headings stay in sight when the picture scrolls", async () => {
    await openPicture(() => makePicture({height: 5000}));
    const frame = queryOne(".o_genealogy_frame");
    frame.scrollTop = 1000;
    await animationFrame();

    expect(frame.scrollTop).toBe(1000);
    const top = (element) => Math.round(element.getBoundingClientRect().top);
    expect(top(queryOne(".o_genealogy_headings"))).toBe(top(frame));
});

test.tags("desktop");
test("links are drawn by evidence, and in words where not exact", async () => {
    await openPicture();

    expect(".o_genealogy_links path").toHaveCount(6);
    expect(".o_genealogy_links path.o_genealogy_exact").toHaveCount(3);
    expect(".o_genealogy_links path.o_genealogy_order").toHaveCount(2);
    expect(".o_genealogy_links path.o_genealogy_inferred").toHaveCount(1);
    expect(queryAllTexts(".o_genealogy_links text")).toEqual([
        "manufacturing order",
        "inferred",
        "manufacturing order",
    ]);
    const dash = (name) =>
        getComputedStyle(queryOne(`.o_genealogy_legend .o_genealogy_${name}`))
            .strokeDasharray;
    expect(dash("exact")).toBe("none");
    expect(dash("order")).not.toBe(dash("inferred"));
});

test.tags("desktop");
test("a picture of many links has no words on them until one is looked at", async () => {
    await openPicture(() => makePicture({words: false}));
    expect(".o_genealogy_links text").toHaveCount(0);

    await contains(getCard("jar")).hover();
    expect(queryAllTexts(".o_genealogy_links text")).toEqual([
        "manufacturing order",
        "manufacturing order",
    ]);
});

test.tags("desktop");
test("hovering a card shows the way through", async () => {
    await openPicture();
    await contains(getCard("jar")).hover();

    expect(".o_genealogy_card.o_genealogy_way").toHaveCount(4);
    expect(getCard("mix")).toHaveClass("o_genealogy_faded");
    expect(".o_genealogy_links path.o_genealogy_way").toHaveCount(3);

    await contains(".o_genealogy_legend").hover();
    expect(".o_genealogy_faded").toHaveCount(0);
});

test.tags("desktop");
test("focus by keyboard shows the way as well", async () => {
    await openPicture();
    queryOne(`${getCard("jar")} .o_genealogy_main`).focus();
    await animationFrame();

    expect(".o_genealogy_card.o_genealogy_way").toHaveCount(4);
});

test.tags("desktop");
test("a click opens the record", async () => {
    await openPicture();
    patchWithCleanup(getService("action"), {
        doAction: (action) => expect.step(action.res_model),
    });
    await contains(`${getCard("farm")} .o_genealogy_main`).click();
    await contains(`${getCard("box")} .o_genealogy_open`).click();

    expect.verifySteps(["res.partner", "recall.affected"]);
});

test.tags("desktop");
test("a card of many is unfolded, and folded again", async () => {
    const calls = await openPicture(({unfolded}) =>
        makePicture({unfolded: unfolded.map((key) => ({key, name: "Box"}))})
    );
    expect(`${getCard("box")} .o_genealogy_main`).toHaveAttribute(
        "aria-expanded",
        "false"
    );
    await contains(`${getCard("box")} .o_genealogy_main`).click();
    expect(".o_genealogy_fold").toHaveText("Fold Box");
    await contains(".o_genealogy_fold").click();

    expect(".o_genealogy_fold").toHaveCount(0);
    expect(calls).toEqual([
        [7, [], ""],
        [7, ["7"], ""],
        [7, [], ""],
    ]);
});

test.tags("desktop");
test("what a search finds is marked and counted", async () => {
    const calls = await openPicture(({term}) => {
        const picture = makePicture({matches: term === "jar" ? 1 : 0});
        for (const card of picture.cards) {
            card.match = card.key === term;
        }
        return picture;
    });
    await contains(".o_genealogy_search").edit(" jar ");
    expect(getCard("jar")).toHaveClass("o_genealogy_match");
    expect(".o_genealogy_status").toHaveText("1 found");

    await contains(".o_genealogy_search").edit("zzz");
    expect(".o_genealogy_match").toHaveCount(0);
    expect(".o_genealogy_status").toHaveText("Nothing found");
    expect(calls).toEqual([
        [7, [], ""],
        [7, [], "jar"],
        [7, [], "zzz"],
    ]);
});

test.tags("desktop");
test("a search needs no key, and ends when its text is gone", async () => {
    const calls = await openPicture();
    await contains(".o_genealogy_search").edit("ja", {confirm: false});
    await contains(".o_genealogy_search").edit("jar ", {confirm: false});
    expect(calls.length).toBe(1, {message: "somebody is typing"});

    await advanceTime(500);
    expect(calls.slice(1)).toEqual([[7, [], "jar"]]);
    expect(".o_genealogy_search").toHaveValue("jar ");

    await contains(".o_genealogy_search").clear({confirm: false});
    await advanceTime(500);
    expect(calls.slice(2)).toEqual([[7, [], ""]]);
    expect(".o_genealogy_status").toHaveText("");
});

test.tags("desktop");
test("zoom", async () => {
    await openPicture();
    const getWidth = () => queryOne(getCard("nut")).getBoundingClientRect().width;
    const before = getWidth();
    await contains(".o_genealogy_zoom button[title=Larger]").click();
    expect(getWidth()).toBeGreaterThan(before);
    await contains(".o_genealogy_zoom button[title=Fit]").click();
    expect(getWidth()).toBe(before);
});

test.tags("desktop");
test("the same as lists in lists, to be read by keyboard", async () => {
    await openPicture();
    await contains(".o_genealogy_as_list").click();
    expect(".o_genealogy_as_list").toHaveAttribute("aria-pressed", "true");

    expect(".o_genealogy_list ul ul > .o_genealogy_entry").toHaveCount(6);
    expect(queryAllTexts(".o_genealogy_entry[data-key=nut] li")).toEqual([
        "farm(Production, Exact)",
        "jar(Production, Manufacturing order)",
        "mix(Production, Inferred)",
        "box, 2,000 lots(Production, Exact)",
    ]);
    expect(".o_genealogy_entry[data-key=mix]").toHaveText(/Gap: Untracked goods/);

    queryOne(".o_genealogy_entry[data-key=nut] li:contains(box) button").focus();
    await press("Enter");
    await animationFrame();
    expect(".o_genealogy_entry[data-key=box] .o_genealogy_main").toBeFocused();
});

test.tags("mobile");
test("a phone begins with the list", async () => {
    await openPicture();
    expect(".o_genealogy_entry").toHaveCount(6);
    expect(".o_genealogy_card").toHaveCount(0);

    await contains(".o_genealogy_as_picture").click();
    expect(".o_genealogy_card").toHaveCount(6);
});

test.tags("desktop");
test("it is printed where there is a report", async () => {
    await openPicture();
    patchWithCleanup(getService("action"), {
        doAction: (action, {additionalContext}) =>
            expect.step([action, additionalContext.active_ids]),
    });
    await contains(".o_genealogy_print").click();
    expect.verifySteps([["stock_recall.action_report_genealogy", [7]]]);
});

test.tags("desktop");
test("a lot has nothing to print", async () => {
    await openPicture(() => makePicture({report: false}));
    expect(".o_genealogy_print").toHaveCount(0);
});

test.tags("desktop");
test("nothing to show", async () => {
    await openPicture(() => makePicture({cards: [], links: [], columns: [], width: 0}));
    expect(".o_genealogy_card").toHaveCount(0);
    await contains(".o_genealogy_as_list").click();
    expect(".o_genealogy_entry").toHaveCount(0);
});

test.tags("desktop");
test("the list keeps the focus of a keyboard when a card is unfolded", async () => {
    await openPicture(({unfolded}) => {
        const picture = makePicture();
        if (unfolded.length) {
            picture.cards = picture.cards.map((card) =>
                card.key === "box" ? {...card, key: "box1", unfold: false} : card
            );
            picture.columns = picture.columns.map((column) => ({
                ...column,
                keys: column.keys.map((key) => (key === "box" ? "box1" : key)),
            }));
            picture.links = picture.links.map((link) => ({
                ...link,
                source: link.source === "box" ? "box1" : link.source,
                target: link.target === "box" ? "box1" : link.target,
            }));
        }
        return picture;
    });
    await contains(".o_genealogy_as_list").click();
    queryOne("#o_genealogy_entry_box").focus();
    await press("Enter");
    await animationFrame();
    await animationFrame();

    expect("#o_genealogy_entry_box1").toBeFocused();
});
