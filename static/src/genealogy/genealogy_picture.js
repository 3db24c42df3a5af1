import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {getFittingZoom, getWay} from "./graph";
import {useShowFound} from "./show_found";

export const ICONS = {
    seed: "fa-bullseye",
    hold: "fa-lock",
    out: "fa-ban",
    evidence: "fa-question-circle",
    gap: "fa-chain-broken",
    inside: "fa-refresh",
};
const STEP = 1.25;
const HEADING = 32;

/** Cards where the server has put them, on an SVG of the links between them. */
export class GenealogyPicture extends Component {
    static template = "stock_recall.GenealogyPicture";
    static props = {
        picture: Object,
        onOpen: Function,
        onUnfold: Function,
    };

    setup() {
        this.icons = ICONS;
        this.heading = HEADING;
        this.frame = useRef("frame");
        this.state = useState({zoom: 1, active: false});
        onMounted(() => this.fit());
        useShowFound(this.frame, () => this.props.picture);
    }

    get activeWay() {
        return this.state.active
            ? getWay(this.props.picture.links, this.state.active)
            : false;
    }

    getCardClass(card, way) {
        return {
            [`o_genealogy_${card.kind}`]: true,
            o_genealogy_way: way && way.cards.has(card.key),
            o_genealogy_faded: way && !way.cards.has(card.key),
            o_genealogy_match: card.match,
            ...Object.fromEntries(
                card.marks.map((mark) => [`o_genealogy_has_${mark.kind}`, true])
            ),
        };
    }

    getLinkClass(link, way) {
        return {
            [`o_genealogy_${link.evidence}`]: true,
            o_genealogy_way: way && way.links.has(link),
            o_genealogy_faded: way && !way.links.has(link),
        };
    }

    /**
     * A word stands on links that are not exact: where there are few of these, and on
     * the way that is looked at.
     *
     * @param {object} link
     * @param {object | boolean} way that is looked at
     * @returns {boolean}
     */
    hasWord(link, way) {
        const isWanted = way ? way.links.has(link) : this.props.picture.words;
        return isWanted && link.evidence !== "exact";
    }

    fit() {
        const frame = this.frame.el;
        this.state.zoom = getFittingZoom(
            this.props.picture.width + 2 * HEADING,
            frame.clientWidth
        );
    }

    zoomIn() {
        this.state.zoom = Math.min(2, this.state.zoom * STEP);
    }

    zoomOut() {
        this.state.zoom = Math.max(0.2, this.state.zoom / STEP);
    }

    enter(card) {
        this.state.active = card.key;
    }

    leave() {
        this.state.active = false;
    }

    click(card) {
        if (card.unfold) {
            this.props.onUnfold(card.unfold);
        } else if (card.open) {
            this.props.onOpen(card.open);
        }
    }
}
