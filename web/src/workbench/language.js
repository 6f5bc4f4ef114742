// SPARQL for the editor: the grammar of a package, with colours for names, and its comments.

import { LanguageSupport } from "@codemirror/language";
import { styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";

const language = SparqlLanguage.configure({
    props: [
        styleTags({
            "Pname_ln Pname_ns": tags.namespace,
            A_predicate: tags.keyword,
            Langtag: tags.string,
        }),
    ],
});

/** Return the language, with which Ctrl+/ makes lines comments and back. */
export function sparql() {
    return new LanguageSupport(language, language.data.of({ commentTokens: { line: "#" } }));
}
