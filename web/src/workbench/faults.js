// An error of the server, shown at its place in the query.

import { setDiagnostics } from "@codemirror/lint";

import { declaration } from "./prefixes.js";

/**
 * Return the place of a line and a column, both from 1; the server counts characters, the editor
 * counts what JavaScript calls so, of which some characters have two.
 *
 * @param {import("@codemirror/state").Text} doc
 */
export function placeOf(doc, line, column) {
    if (line < 1 || line > doc.lines) {
        return doc.length;
    }
    const { from, text } = doc.line(line);
    const before = [...text].slice(0, Math.max(0, column - 1)).join("");
    return from + Math.min(before.length, text.length);
}

/**
 * Mark where the server found the query wrong; null takes the mark away. What is only a warning
 * leaves the cursor where it is.
 *
 * @param {import("@codemirror/view").EditorView} view
 * @param {{ detail: string, hint?: string, line?: number, column?: number,
 *     isWarning?: boolean } | null} problem
 * @param {Record<string, string>} namespaces
 */
export function markFault(view, problem, namespaces) {
    const { state } = view;
    if (problem?.line === undefined) {
        view.dispatch(setDiagnostics(state, []));
        return;
    }
    const from = placeOf(state.doc, problem.line, problem.column);
    const word = /^[^\s{}();,]+/.exec(state.sliceDoc(from, from + 200))?.[0].length ?? 0;
    const to = Math.min(from + Math.max(word, 1), state.doc.length);
    const missing = /prefix ([^\s:]*): is not declared/.exec(problem.detail)?.[1];
    const actions =
        missing !== undefined && Object.hasOwn(namespaces, missing)
            ? [{ name: `Declare ${missing}:`, apply: () => declare(view, missing, namespaces) }]
            : [];
    const message = problem.hint ? `${problem.detail}\n${problem.hint}` : problem.detail;
    const severity = problem.isWarning ? "warning" : "error";
    view.dispatch(
        setDiagnostics(state, [{ from: Math.min(from, to), to, severity, message, actions }]),
        problem.isWarning ? {} : { selection: { anchor: from }, scrollIntoView: true },
    );
}

function declare(view, prefix, namespaces) {
    const change = declaration(view.state.doc.toString(), prefix, namespaces);
    if (change) {
        view.dispatch({ changes: change });
    }
    view.focus();
}
