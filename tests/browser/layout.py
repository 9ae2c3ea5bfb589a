"""What is cut off or covered on a page, found in the browser by the boxes of what one sees."""

from __future__ import annotations

from playwright.sync_api import Locator

_FAULTS = """(root) => {
    const faults = [];
    const named = (element) => element.labels?.[0]?.innerText || element.innerText.slice(0, 40)
        || element.tagName;
    const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;
    const found = (selector) => [...root.querySelectorAll(selector)].filter(seen);
    const controls = found("input, select, button, textarea");
    const labels = found("label, [role=status]");
    const frame = root.getBoundingClientRect();
    if (!controls.length) faults.push("there are no controls");
    for (const element of [...controls, ...labels]) {
        const box = element.getBoundingClientRect();
        const from = Math.max(0, frame.left) - 1, to = Math.min(innerWidth, frame.right) + 1;
        if (box.left < from || box.right > to)
            faults.push(`${named(element)} is cut at the side: ${box.left}–${box.right}`);
        if (box.width < 24 && controls.includes(element))
            faults.push(`${named(element)} is ${box.width} px wide`);
    }
    for (const element of [...labels, ...found("button")])
        if (element.clientWidth && element.scrollWidth > element.clientWidth + 1)  // 0: inline
            faults.push(`the text of ${named(element)} is cut`);
    const all = [...controls, ...labels];
    all.forEach((one, place) => all.slice(place + 1).forEach((other) => {
        const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 1) faults.push(`${named(one)} covers ${named(other)}`);
    }));
    for (const element of [root, ...found(".widget-box")])
        if (element.scrollWidth > element.clientWidth + 1)
            faults.push(`it scrolls sideways: ${element.scrollWidth} in ${element.clientWidth} px`);
    return faults;
}"""

_FAINT = """(root) => {
    const numbers = (colour) => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour) => numbers(colour).slice(0, 3).map((value) => value / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (numbers(colour)[3] === 255) return colour;
        }
        return "white";
    };
    return [...root.querySelectorAll("label, [role=status], button:enabled, input, option")]
        .filter((element) => element.checkVisibility())
        .map((element) => {
            const pair = [light(getComputedStyle(element).color), light(ground(element))].sort();
            return [element.innerText || element.tagName, (pair[1] + 0.05) / (pair[0] + 0.05)];
        })
        .filter(([, contrast]) => contrast < 4.5)
        .map(([text, contrast]) => `${text}: contrast ${contrast.toFixed(1)}`);
}"""


def faults(root: Locator) -> list[str]:
    """Return what is cut, covered or too narrow in a part of a page; nothing if all is well."""
    found: list[str] = root.evaluate(_FAULTS)
    return found


def faint(root: Locator) -> list[str]:
    """Return which texts have less contrast than the 4.5 that WCAG 2 (AA) asks for."""
    found: list[str] = root.evaluate(_FAINT)
    return found
