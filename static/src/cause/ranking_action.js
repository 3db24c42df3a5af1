import {registry} from "@web/core/registry";

/**
 * What the address of a ranking opens: the ranking, over the case it is about.
 *
 * @param {object} env
 * @param {object} action with the id of the case as `active_id`
 */
async function openRanking(env, action) {
    const {action: actions, orm} = env.services;
    const caseId = action.context.active_id;
    await actions.doAction("stock_recall.recall_case_action", {
        clearBreadcrumbs: true,
        props: {resId: caseId},
        viewType: "form",
    });
    await actions.doAction(
        await orm.call("recall.case", "action_rank_causes", [[caseId]]),
        {onClose: () => actions.doAction("soft_reload")}
    );
}

registry.category("actions").add("recall_causes", openRanking);
