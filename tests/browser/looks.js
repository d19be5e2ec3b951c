// What a reader's eye would complain about in `root`: faint text, and text outside its box.
({
  faint: (root) => {
  const parse = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const bright = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (one, other) => {
    const [high, low] = [bright(one), bright(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (el) => {
    const box = el.closest("g.bp-node, g.bp-edge, g.bp-traveller")?.querySelector(".bp-box, .bp-pill, .bp-load");
    if (box) return parse(getComputedStyle(box).fill);
    for (let at = el; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const el of root.querySelectorAll("*")) {
    const own = [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !el.getClientRects().length || el.closest("style, option")) continue;
    const style = getComputedStyle(el);
    const ratio = contrast(parse(el.closest("svg") ? style.fill : style.color), ground(el));
    if (ratio < 4.5) faint.push(`${el.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
},

  outside: (root) => {
  const out = [];
  const fits = (own, box) => own.left >= box.left - 1 && own.right <= box.right + 1 && own.top >= box.top - 1 && own.bottom <= box.bottom + 1;
  for (const g of root.querySelectorAll("g.bp-node, g.bp-edge")) {
    const box = g.querySelector(".bp-box, .bp-pill")?.getBoundingClientRect();
    if (!box?.width) continue;
    for (const text of g.querySelectorAll("text")) {
      const own = text.getBoundingClientRect();
      if (own.width && !fits(own, box)) out.push(text.textContent);
    }
  }
  for (const cell of root.querySelectorAll(".bp-entry")) {
    const number = document.createRange();
    number.selectNodeContents(cell);
    if (cell.textContent && !fits(number.getBoundingClientRect(), cell.getBoundingClientRect())) out.push(cell.textContent);
  }
  const width = root.getBoundingClientRect();
  for (const el of root.querySelectorAll("*")) {
    if (el.closest("svg, option") || el.closest(".bp-picture, .bp-stage, .bp-lines, .bp-arrays > *, .bp-jacobian-map *, .bpq-reveal-body *") !== null) continue;
    const own = el.getBoundingClientRect();
    if (own.width && (own.right > width.right + 1 || own.left < width.left - 1)) out.push(el.className || el.tagName);
    const clipped = el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX === "hidden";
    if (clipped) out.push(`clipped: ${el.className}`);
  }
  return out;
},
})
