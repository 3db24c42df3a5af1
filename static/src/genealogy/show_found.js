import {onMounted, onPatched} from "@odoo/owl";

/**
 * Bring into sight what a search has found, or else what a picture begins with, once
 * for each picture that the server has drawn.
 *
 * @param {object} ref of the element to look in
 * @param {Function} getPicture
 */
export function useShowFound(ref, getPicture) {
    let shown = false;
    const show = () => {
        const picture = getPicture();
        if (shown === picture) {
            return;
        }
        shown = picture;
        const found =
            ref.el.querySelector(".o_genealogy_match") ||
            ref.el.querySelector(".o_genealogy_has_seed");
        if (found) {
            found.scrollIntoView({block: "center", inline: "nearest"});
        }
    };
    onMounted(show);
    onPatched(show);
}
