import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("recall_case_from_lot", {
    steps: () => [
        {
            content: "Open the cog menu of the suspect lot",
            trigger: ".o_form_view .o_cp_action_menus button",
            run: "click",
        },
        {
            content: "Open a recall case for it",
            trigger: ".dropdown-item:contains('Open a Recall Case')",
            run: "click",
        },
        {
            content: "The scope names the lot",
            trigger: ".o_field_widget[name=scope_ids] td:contains('TOUR-LOT')",
        },
        {
            content: "Say what happened",
            trigger: ".o_field_widget[name=title] textarea",
            run: "edit Metal in the nuts",
        },
        {
            content: "Trace",
            trigger: "button[name=action_trace].btn-primary",
            run: "click",
        },
        {
            content: "The figures say at a glance what is where",
            trigger:
                ".oe_stat_button[name=action_view_on_hand] .o_field_widget:contains('6')",
        },
        {
            trigger:
                ".oe_stat_button[name=action_view_exposure]:contains('1 Consignees'):contains('4')",
        },
        {
            content: "Look at the affected lots",
            trigger: ".o_notebook a[name=affected]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=affected_ids] td:contains('TOUR-LOT')",
        },
        {
            content: "Open the list of who received it",
            trigger: ".oe_stat_button[name=action_view_exposure]",
            run: "click",
        },
        {
            trigger: ".o_list_view td[name=partner_id]:contains('Tour Shop')",
        },
        {
            content: "Go back to the case",
            trigger: ".o_breadcrumb .o_back_button a:contains('Metal in the nuts')",
            run: "click",
        },
        {
            content: "See which lots are on hand",
            trigger: ".oe_stat_button[name=action_view_on_hand]",
            run: "click",
        },
        {
            content: "See where one is now in Odoo's own list",
            trigger: ".o_data_row:contains('TOUR-LOT') button[name=action_view_quants]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_group_name:contains('Tour Peanuts')",
        },
    ],
});
