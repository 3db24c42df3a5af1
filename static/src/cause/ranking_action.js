import {registry} from "@web/core/registry";

/**
 * What the address of a ranking opens: the ranking, over the case it is about.
 *
 * @param {object} env
 * @param {object} action with the id of the case as `active_id`
 * @returns {Promise<object>} the action that opens the ranking
 */
async function openRanking(env, action) {
    const caseId = action.context.active_id;
    await env.services.action.doAction("stock_recall.recall_case_action", {
        clearBreadcrumbs: true,
        props: {resId: caseId},
        viewType: "form",
    });
    return env.services.orm.call("recall.case", "action_rank_causes", [[caseId]]);
}

registry.category("actions").add("recall_causes", openRanking);
