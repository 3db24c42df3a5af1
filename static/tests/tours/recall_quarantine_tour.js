import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("recall_move_to_quarantine", {
    steps: () => [
        {
            content: "Bring what the case holds to quarantine",
            trigger: "button[name=action_quarantine]",
            run: "click",
        },
        {
            content: "The transfer is ready, and says for which case",
            trigger:
                ".o_form_view .o_field_widget[name=recall_case_id]:contains('RC/')",
        },
        {
            content: "The goods are there",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value=done]",
        },
        {
            content: "Go back to the case",
            trigger: ".o_breadcrumb .o_back_button a:contains('RC/')",
            run: "click",
        },
        {
            content: "Nothing is left to move",
            trigger: ".o_form_view:not(:has(button[name=action_quarantine]))",
        },
        {
            content: "Open the figures that have no room",
            trigger: ".o-form-buttonbox .o_button_more",
            run: "click",
        },
        {
            content: "See what stands in quarantine",
            trigger:
                ".o-dropdown--menu .oe_stat_button[name=action_view_quarantined] .o_field_widget:contains('5')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_group_name:contains('Peanuts')",
        },
    ],
});

registry.category("web_tour.tours").add("recall_contain_on_a_phone", {
    steps: () => [
        {
            content: "Hold",
            trigger: ".o_statusbar_buttons > button[name=action_hold]",
            run: "click",
        },
        {
            content: "The figures say what is on hold",
            trigger:
                "[name=phone_figures] button[name=action_view_holds]:contains('1')",
        },
        {
            content: "Move it",
            trigger: ".o_statusbar_buttons > button[name=action_quarantine]",
            run: "click",
        },
        {
            content: "The transfer is ready",
            trigger: "button[name=button_validate]",
        },
        {
            content: "Labels are one tap away",
            trigger: ".alert button:contains('Print labels')",
        },
        {
            content: "The cards say which lot to fetch",
            trigger: ".o_field_widget[name=move_ids] .o_kanban_record:contains('L1')",
        },
    ],
});
