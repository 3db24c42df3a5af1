import {Component, onPatched, useRef} from "@odoo/owl";
import {ICONS} from "./genealogy_picture";
import {getTree} from "./graph";
import {useShowFound} from "./show_found";

/** The same picture as lists in lists, for keyboards, screen readers and phones. */
export class GenealogyList extends Component {
    static template = "stock_recall.GenealogyList";
    static props = {
        picture: Object,
        onOpen: Function,
        onUnfold: Function,
    };

    setup() {
        this.icons = ICONS;
        useShowFound(useRef("list"), () => this.props.picture);
        this.known = this.props.picture;
        onPatched(() => this.keepFocus());
    }

    /** An unfolded card is gone, and the focus with it: go on at what it stood for. */
    keepFocus() {
        const known = new Set(this.known.cards.map((card) => card.key));
        this.known = this.props.picture;
        const added = this.known.cards.find((card) => !known.has(card.key));
        if (added && document.activeElement === document.body) {
            this.jump(added.key);
        }
    }

    get tree() {
        return getTree(this.props.picture);
    }

    getId(key) {
        return `o_genealogy_entry_${key}`;
    }

    /**
     * Go to the entry at the other end of a link.
     *
     * @param {string} key
     */
    jump(key) {
        document.getElementById(this.getId(key)).focus();
    }
}
