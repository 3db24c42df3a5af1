function card(key, column, values) {
    return {
        key,
        column,
        kind: "goods",
        x: column * 300,
        y: 0,
        width: 232,
        height: 84,
        title: key,
        subtitle: "",
        facts: [],
        marks: [],
        open: false,
        unfold: false,
        match: false,
        label: key,
        ...values,
    };
}

function link(source, target, evidence, word) {
    return {
        source,
        target,
        evidence,
        evidence_text: word,
        text: "Production",
        path: "M0 0H1",
        word: {x: 5, y: 5, text: word.toLowerCase()},
    };
}

/**
 * A farm sends a nut, which is in a jar by order and in a mix by inference; both, and
 * many boxes, go to a shop.
 *
 * @param {object} values that differ
 * @returns {object} picture as the server draws it
 */
export function makePicture(values = {}) {
    return {
        name: "RC/2026/00001 Nuts",
        report: "stock_recall.action_report_genealogy",
        width: 1132,
        height: 300,
        words: true,
        matches: 0,
        notes: ["Gap: Another company (2)"],
        unfolded: [],
        columns: [
            {title: "Vendors", keys: ["farm"], x: 0},
            {title: "Step 1", keys: ["nut"], x: 300},
            {title: "Step 2", keys: ["jar", "mix", "box"], x: 600},
            {title: "Consignees", keys: ["shop"], x: 900},
        ],
        cards: [
            card("farm", 0, {
                kind: "vendor",
                open: {type: "ir.actions.act_window", res_model: "res.partner"},
            }),
            card("nut", 1, {
                subtitle: "Nut",
                facts: ["10 Units in · 7 on hand"],
                marks: [
                    {kind: "seed", text: "Suspect"},
                    {kind: "hold", text: "On hold"},
                ],
                label: "nut. Nut. 10 Units in. Suspect. On hold",
            }),
            card("jar", 2),
            card("mix", 2, {marks: [{kind: "gap", text: "Gap: Untracked goods"}]}),
            card("box", 2, {
                subtitle: "2,000 lots",
                unfold: "7",
                open: {type: "ir.actions.act_window", res_model: "recall.affected"},
            }),
            card("shop", 3, {kind: "consignee"}),
        ],
        links: [
            link("farm", "nut", "exact", "Exact"),
            link("nut", "jar", "order", "Manufacturing order"),
            link("nut", "mix", "inferred", "Inferred"),
            link("nut", "box", "exact", "Exact"),
            link("jar", "shop", "order", "Manufacturing order"),
            link("box", "shop", "exact", "Exact"),
        ],
        ...values,
    };
}
