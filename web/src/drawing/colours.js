// The colours of the site's style sheet for drawings, which cannot read it themselves.

const NAMES = ["paper", "raised", "ink", "quiet", "line", "edge", "link", "more", "less", "inferred"];

/**
 * Return the colours as they are now, light or dark.
 *
 * @returns {Record<string, string>}
 */
export function colours(element = document.documentElement) {
    const style = getComputedStyle(element);
    return Object.fromEntries(
        NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
    );
}

/** Call a function whenever the browser goes from light to dark or back. */
export function onChangeOfScheme(call) {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", call);
}
