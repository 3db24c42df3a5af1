import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("recall_genealogy", {
    steps: () => [
        {
            content: "Open the picture of the case",
            trigger: "button[name=action_view_genealogy]",
            run: "click",
        },
        {
            content: "From the vendor",
            trigger: ".o_genealogy_vendor:contains('Nut Farm')",
        },
        {
            content: "To the consignee",
            trigger: ".o_genealogy_consignee:contains('Corner Shop')",
        },
        {
            content: "The way of one of many lots is not drawn yet",
            trigger: ".o_genealogy_card:contains('15 lots')",
        },
        {
            content: "Find it",
            trigger: ".o_genealogy_search",
            run: "edit L07 && press Enter",
        },
        {
            trigger: ".o_genealogy_match:contains('L07')",
        },
        {
            content: "Look at where it went",
            trigger: ".o_genealogy_match .o_genealogy_main",
            run: "hover",
        },
        {
            trigger: ".o_genealogy_consignee.o_genealogy_way",
        },
        {
            content: "Show all the lots",
            trigger: ".o_genealogy_card:contains('14 more lots') .o_genealogy_main",
            run: "click",
        },
        {
            trigger: ".o_genealogy_card:contains('L14')",
        },
        {
            content: "Read it as a list",
            trigger: ".o_genealogy_as_list",
            run: "click",
        },
        {
            content: "Open a lot",
            trigger: ".o_genealogy_list .o_genealogy_main:contains('L03')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=lot_id]:contains('L03')",
        },
        {
            content: "Back to the picture as it was left",
            trigger: ".o_breadcrumb .o_back_button a:contains('Picture of')",
            run: "click",
        },
        {
            trigger: ".o_genealogy_list .o_genealogy_entry:contains('L14')",
        },
    ],
});

registry.category("web_tour.tours").add("recall_genealogy_lot", {
    steps: () => [
        {
            content: "Open the picture of a lot without a case",
            trigger: ".oe_stat_button[name=action_view_genealogy]",
            run: "click",
        },
        {
            trigger: ".o_genealogy_card:contains('L03')",
        },
        {
            trigger: ".o_genealogy_vendor:contains('Nut Farm')",
        },
    ],
});

registry.category("web_tour.tours").add("recall_genealogy_address", {
    steps: () => [
        {
            content: "The address of a picture opens it",
            trigger: ".o_genealogy_card:contains('15 lots')",
        },
        {
            content: "A vendor is opened by a click",
            trigger: ".o_genealogy_vendor:contains('Nut Farm') .o_genealogy_main",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_breadcrumb :contains('Nut Farm')",
        },
    ],
});
