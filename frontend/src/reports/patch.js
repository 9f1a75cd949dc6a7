// Puts new HTML into a part of the page, touching only what changed: rows keep their place, focus and running clocks.

/** Makes `old` like `fresh` (both elements). Children with data-key are matched by it, others by their place. */
export function patch(old, fresh) {
  patchAttributes(old, fresh);
  if (old.dataset.source !== undefined && old.dataset.source === fresh.innerHTML) return;
  const keyed = new Map([...old.children].filter((c) => c.dataset.key).map((c) => [c.dataset.key, c]));
  if (!keyed.size && ![...fresh.children].some((c) => c.dataset.key || c.querySelector("[data-key]"))) {
    if (old.dataset.source === undefined || old.dataset.source !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
    old.dataset.source = fresh.innerHTML;
    return;
  }
  const seen = new Set();
  let place = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const key = node.dataset.key;
    let mine = key ? keyed.get(key) : undefined;
    if (!key) {
      mine = [...old.children].find((c) => !c.dataset.key && !seen.has(c) && c.tagName === node.tagName);
    }
    if (mine && mine.tagName === node.tagName) patch(mine, node);
    else mine = node;
    seen.add(mine);
    while (place && (place.nodeType !== Node.ELEMENT_NODE || (seen.has(place) && place !== mine))) place = place.nextSibling;
    if (place === mine) place = place.nextSibling;
    else old.insertBefore(mine, place);
  }
  for (const child of [...old.children]) if (!seen.has(child)) child.remove();
}

/** Attributes that the page sets by itself stay. */
const OWN = new Set(["data-source"]);

function patchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !OWN.has(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** Puts HTML text into an element that has the same kind of content. */
export function put(element, html) {
  const fresh = element.cloneNode(false);
  delete fresh.dataset.source;
  fresh.innerHTML = html;
  patch(element, fresh);
}
