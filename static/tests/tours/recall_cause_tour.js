import {registry} from "@web/core/registry";

const TOP = ".o_dialog .o_field_widget[name=cause_ids] .o_data_row:first";

registry.category("web_tour.tours").add("recall_cause_case", {
    steps: () => [
        {
            content: "Ask what the complaint lots have in common",
            trigger: ".o_form_view button[name=action_rank_causes]",
            run: "click",
        },
        {
            content:
                "The receipt that brought them all is first, and its ties are told",
            trigger: `${TOP}:contains('Receipt'):contains('IN/'):contains('Tied with')`,
        },
        {
            content: "Small numbers are said",
            trigger: ".o_dialog .o_field_widget[name=summary]:contains('prove little')",
        },
        {
            content: "Make the first one a line of the scope",
            trigger: `${TOP} button[name=action_use]`,
            run: "click",
        },
        {
            content: "It is one, and the case says that it has to be traced again",
            trigger:
                "body:not(:has(.o_dialog)) .o_field_widget[name=scope_ids] .o_data_row:contains('IN/')",
        },
        {
            trigger: ".o_form_view .alert button[name=action_trace]",
        },
        {
            content: "Trace again",
            trigger:
                ".o_form_view header button[name=action_trace].btn-primary, .o_form_statusbar button[name=action_trace].btn-primary",
            run: "click",
        },
        {
            content: "What came with them is affected too",
            trigger: ".o_notebook a[name=affected]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=affected_ids] td:contains('INNOCENT')",
        },
    ],
});

registry.category("web_tour.tours").add("recall_cause_address", {
    steps: () => [
        {
            content: "The address of a ranking opens it over its case",
            trigger: `${TOP}:contains('Receipt')`,
        },
        {
            trigger:
                ".o_dialog footer button[special=cancel], .o_dialog footer .btn-primary",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.o_dialog)) .o_form_view .o_field_widget[name=scope_ids] .o_data_row",
        },
    ],
});

registry.category("web_tour.tours").add("recall_cause_lots", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('BAD0') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('BAD1') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel .o_cp_action_menus button:contains('Actions')",
            run: "click",
        },
        {
            trigger: ".dropdown-item:contains('Where the Cause May Be')",
            run: "click",
        },
        {
            content: "Make the first one the scope of a new case",
            trigger: `${TOP} button[name=action_use]`,
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o_field_widget[name=scope_ids] .o_data_row:contains('IN/')",
        },
        {
            trigger: ".o_field_widget[name=title] textarea",
            run: "edit Bad smell",
        },
        {
            trigger: "button[name=action_trace].btn-primary",
            run: "click",
        },
        {
            trigger: ".o_notebook a[name=affected]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=affected_ids] td:contains('INNOCENT')",
        },
    ],
});
