// The looks of the editor, in the colours of the site's style sheet.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const frame = EditorView.theme({
    "&": { fontSize: "var(--size-small)", color: "var(--ink)", backgroundColor: "var(--paper)" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
    ".cm-content": { caretColor: "var(--ink)", padding: "var(--space-3) 0" },
    ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    ".cm-gutters": {
        color: "var(--quiet)",
        backgroundColor: "var(--raised)",
        borderRight: "1px solid var(--line)",
    },
    ".cm-activeLine": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLine": {
        backgroundColor: "color-mix(in srgb, var(--select) 30%, transparent)",
    },
    ".cm-activeLineGutter": { color: "var(--ink)", backgroundColor: "transparent" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
        { backgroundColor: "var(--select)" },
    "&.cm-focused .cm-matchingBracket": {
        backgroundColor: "transparent",
        outline: "1px solid var(--edge)",
    },
    ".cm-tooltip": {
        color: "var(--ink)",
        backgroundColor: "var(--paper)",
        border: "1px solid var(--edge)",
        borderRadius: "var(--corner)",
        maxWidth: "92vw",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxHeight: "17rem", maxWidth: "min(36rem, 92vw)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .6rem", lineHeight: "1.4" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
        color: "var(--ink)",
        backgroundColor: "var(--select)",
    },
    ".cm-completionLabel": { fontWeight: "500" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
    ".cm-completionDetail": {
        color: "var(--quiet)",
        fontFamily: "var(--mono)",
        fontStyle: "normal",
        fontSize: ".75rem",
        marginLeft: ".75rem",
    },
    ".cm-tooltip.cm-completionInfo": {
        padding: ".5rem .75rem",
        fontFamily: "var(--sans)",
        maxWidth: "min(17rem, 80vw)",
    },
    ".cm-diagnostic": { fontFamily: "var(--sans)", padding: ".4rem .75rem" },
    ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
    ".cm-diagnostic-warning": { borderLeft: "4px solid var(--edge)" },
    ".cm-lintRange-warning": {
        backgroundImage: "none",
        textDecoration: "underline dotted var(--less)",
        textUnderlineOffset: "3px",
    },
    ".cm-diagnosticSource": { color: "var(--quiet)" },
    ".cm-lintRange-error": {
        backgroundImage: "none",
        textDecoration: "underline wavy var(--bad)",
        textUnderlineOffset: "3px",
    },
});

const colours = HighlightStyle.define([
    { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
    { tag: tags.operatorKeyword, color: "var(--link)", fontWeight: "600" },
    { tag: tags.modifier, color: "var(--link)", fontWeight: "600" },
    { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--inferred)" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--less)" },
    { tag: [tags.number, tags.bool, tags.literal], color: "var(--less)" },
    { tag: [tags.url, tags.namespace, tags.typeName], color: "var(--more)" },
    { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

export const looks = [frame, syntaxHighlighting(colours)];
