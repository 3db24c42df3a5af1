import {Component, markRaw, onWillStart, useState} from "@odoo/owl";
import {GenealogyList} from "./genealogy_list";
import {GenealogyPicture} from "./genealogy_picture";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useDebounced} from "@web/core/utils/timing";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

// Each search is drawn by the server: wait until somebody has typed.
const PAUSE = 400;

/** The genealogy of a case, or of a lot, as a picture or as a list. */
export class GenealogyAction extends Component {
    static template = "stock_recall.GenealogyAction";
    static components = {GenealogyList, GenealogyPicture, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        const {context, res_model, params} = this.props.action;
        this.resModel = res_model;
        this.resId = context.active_id || params?.active_id;
        const kept = this.props.state || {};
        this.state = useState({
            isList: kept.isList ?? this.ui.isSmall,
            term: kept.term || "",
            unfolded: kept.unfolded || [],
        });
        // What is in the box, which may be more than what was searched for last
        this.text = this.state.term;
        this.searchSoon = useDebounced(this.search, PAUSE);
        // The picture is replaced as a whole, and never changed
        this.result = useState({picture: false});
        useSetupAction({getLocalState: () => ({...this.state})});
        onWillStart(() => this.load());
    }

    get status() {
        const {matches} = this.result.picture;
        if (!this.state.term) {
            return "";
        }
        return matches ? _t("%s found", matches) : _t("Nothing found");
    }

    async load() {
        const picture = await this.keepLast.add(
            this.orm.call(this.resModel, "get_genealogy", [[this.resId]], {
                unfolded: this.state.unfolded,
                term: this.state.term,
            })
        );
        this.result.picture = markRaw(picture);
        this.env.config.setDisplayName(_t("Picture of %s", picture.name));
    }

    open(action) {
        return this.action.doAction(action);
    }

    unfold(key) {
        this.state.unfolded = [...this.state.unfolded, key];
        return this.load();
    }

    fold(key) {
        this.state.unfolded = this.state.unfolded.filter((item) => item !== key);
        return this.load();
    }

    type(ev) {
        this.text = ev.target.value;
        this.searchSoon();
    }

    search() {
        const term = this.text.trim();
        if (term !== this.state.term) {
            this.state.term = term;
            return this.load();
        }
    }

    print() {
        return this.action.doAction(this.result.picture.report, {
            additionalContext: {active_ids: [this.resId]},
        });
    }
}

registry.category("actions").add("recall_genealogy", GenealogyAction);
