// The workbench: an editor in place of the text field, and answers without a new page.

import { Workbench } from "../workbench/workbench.js";

const form = document.getElementById("workbench");
if (form instanceof HTMLFormElement) {
    new Workbench(form).start();
}
