// Completion in the editor: what offers.js offers, with prefixes declared as they are needed.

import { pickedCompletion } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";

import { fitting, offersAt } from "./offers.js";
import { declaration } from "./prefixes.js";
import { isQuoted } from "./tokens.js";

/**
 * Return a source of completions from the terms, which may still be on their way.
 *
 * @param {() => import("./offers.js").Terms | null} terms
 */
export function completion(terms) {
    return (context) => {
        const known = terms();
        const text = context.state.doc.toString();
        if (known === null || isQuoted(text, context.pos)) {
            return null;
        }
        const { from, offers } = offersAt(text.slice(0, context.pos), text, known);
        if (from === context.pos && !context.explicit) {
            return null;
        }
        const options = fitting(offers, text.slice(from, context.pos));
        return { from, options: options.map((offer) => option(offer, known.prefixes)), filter: false };
    };
}

function option({ name, label, detail, info }, namespaces) {
    return {
        label: label ?? name,
        detail,
        info,
        apply: (view, completion, from, to) => apply(view, completion, name, from, to, namespaces),
    };
}

/** Put a name into the query, and declare its prefix. */
function apply(view, completion, name, from, to, namespaces) {
    const changes = [{ from, to, insert: name }];
    const text = view.state.doc.toString();
    const prefix = /^([^:?<]*):/.exec(name)?.[1];
    const isDeclaring = /PREFIX\s+$/i.test(text.slice(0, from));
    const added =
        prefix === undefined || isDeclaring ? null : declaration(text, prefix, namespaces);
    if (added) {
        changes.push(added);
    }
    if (isDeclaring && Object.hasOwn(namespaces, prefix)) {
        changes[0].insert = `${name} <${namespaces[prefix]}>`;
    }
    const end = from + changes[0].insert.length;
    view.dispatch({
        changes,
        selection: { anchor: end + (added && added.from <= from ? added.insert.length : 0) },
        annotations: pickedCompletion.of(completion),
        userEvent: "input.complete",
    });
}

/**
 * Return what declares a known prefix as soon as its colon is typed.
 *
 * @param {() => import("./offers.js").Terms | null} terms
 */
export function declaring(terms) {
    return EditorView.inputHandler.of((view, from, to, text) => {
        const known = terms();
        const whole = view.state.doc.toString();
        if (text !== ":" || known === null || isQuoted(whole, from)) {
            return false;
        }
        const before = /(?:^|[^\p{L}\p{N}_?$<:/-])([\p{L}][\p{L}\p{N}_.-]*)$/u.exec(whole.slice(0, from));
        const isDeclaring = /PREFIX\s+\S*$/i.test(whole.slice(0, from));
        const added = before && !isDeclaring && declaration(whole, before[1], known.prefixes);
        if (!added) {
            return false;
        }
        const shift = added.from <= from ? added.insert.length : 0;
        view.dispatch({
            changes: [{ from, to, insert: text }, added],
            selection: { anchor: from + 1 + shift },
            userEvent: "input.type",
        });
        return true;
    });
}
