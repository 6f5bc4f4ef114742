// The workbench: an editor in place of the text field.

import { createEditor } from "../workbench/editor.js";

const field = document.getElementById("query");
if (field instanceof HTMLTextAreaElement) {
    createEditor(field, { run: () => field.form.requestSubmit() });
}
