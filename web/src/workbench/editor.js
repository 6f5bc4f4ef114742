// The editor of a query: a text field of the page, replaced by CodeMirror.

import {
    autocompletion,
    closeBrackets,
    closeBracketsKeymap,
    closeCompletion,
    completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
    drawSelection,
    EditorView,
    highlightActiveLine,
    highlightActiveLineGutter,
    highlightSpecialChars,
    keymap,
    lineNumbers,
} from "@codemirror/view";
import { sparql } from "./language.js";
import { looks } from "./theme.js";

/**
 * Put an editor in the place of a text field, whose value follows it.
 *
 * @param {HTMLTextAreaElement} field
 * @param {{ run: () => void, complete: import("@codemirror/autocomplete").CompletionSource,
 *     extensions?: import("@codemirror/state").Extension }} options
 * @returns {EditorView}
 */
export function createEditor(field, { run, complete, extensions = [] }) {
    const label = field.labels[0];
    const view = new EditorView({
        doc: field.value,
        extensions: [
            keymap.of([{ key: "Mod-Enter", run: runKey(run) }]),
            lineNumbers(),
            highlightSpecialChars(),
            history(),
            drawSelection(),
            EditorState.allowMultipleSelections.of(true),
            indentUnit.of("    "),
            bracketMatching(),
            closeBrackets(),
            autocompletion({ icons: false, override: [complete], maxRenderedOptions: 60 }),
            highlightActiveLine(),
            highlightActiveLineGutter(),
            EditorView.lineWrapping,
            keymap.of([
                ...closeBracketsKeymap,
                ...defaultKeymap,
                ...historyKeymap,
                ...completionKeymap,
                ...lintKeymap,
                // Escape first lets Tab leave the editor, as those without a mouse need it.
                indentWithTab,
            ]),
            EditorView.cspNonce.of(field.dataset.nonce ?? ""),
            EditorView.contentAttributes.of({
                "aria-labelledby": label.id,
                "aria-describedby": field.getAttribute("aria-describedby") ?? "",
            }),
            EditorView.updateListener.of((update) => {
                if (update.docChanged) {
                    field.value = update.state.doc.toString();
                }
            }),
            typingOverSelection,
            sparql(),
            looks,
            extensions,
        ],
    });
    const box = document.createElement("div");
    box.className = "editor";
    box.append(view.dom);
    field.after(box);
    field.hidden = true;
    label.addEventListener("click", (event) => {
        event.preventDefault();
        view.focus();
    });
    return view;
}

/** Return what the key does: an open list of completions would stand before the answer. */
function runKey(run) {
    return (view) => {
        closeCompletion(view);
        run();
        return true;
    };
}

/**
 * Replaces a selection by what is typed before the browser does: Chromium would carry the colours
 * of what was there over by a style attribute, which the site's policy forbids.
 */
const typingOverSelection = EditorView.domEventHandlers({
    beforeinput(event, view) {
        const { main, ranges } = view.state.selection;
        if (event.inputType !== "insertText" || !event.data || main.empty || ranges.length > 1) {
            return false;
        }
        event.preventDefault();
        const { data } = event;
        const insert = () =>
            view.state.update(view.state.replaceSelection(data), {
                userEvent: "input.type",
                scrollIntoView: true,
            });
        const handlers = view.state.facet(EditorView.inputHandler);
        if (!handlers.some((handle) => handle(view, main.from, main.to, data, insert))) {
            view.dispatch(insert());
        }
        return true;
    },
});

/** Replace the whole text of an editor; it can be undone. */
export function setText(view, text) {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}
