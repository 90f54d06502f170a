// The map of the network: circles and lines on a 2D canvas. Foreign text becomes text nodes or canvas text, never markup.

const CELLS = 96; // along each side of the grid that finds who is under the pointer
const NEAR_PIXELS = 8; // as far from a dot's edge it can still be meant
const CLOSEST = 80; // how far one can zoom in
const STEP = 1.4; // a press of + or -
const GLIDE_MILLISECONDS = 320;

const maps = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let map = maps.get(parentElement);
  if (!map) {
    map = new NetworkMap(parentElement);
    maps.set(parentElement, map);
  }
  map.choose = (hostname) => setTriggerValue("chosen", hostname);
  map.take(data);
  const turn = ++map.turn;
  return () => {
    // a call that was overtaken is cleaned up too, while the map goes on
    if (turn !== map.turn) return;
    map.leave();
    maps.delete(parentElement);
  };
}

class NetworkMap {
  constructor(parent) {
    this.root = parent.querySelector(".map");
    this.canvas = this.root.querySelector("canvas");
    this.tip = this.root.querySelector(".tip");
    this.said = this.root.querySelector(".said");
    this.legend = this.root.querySelector(".legend");
    this.pen = this.canvas.getContext("2d");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.view = { scale: 1, x: 0, y: 0 }; // pixels = place * scale + offset
    this.pointers = new Map();
    this.under = -1;
    this.step = -1;
    this.isWaiting = false;
    this.turn = 0;
    this.over = new AbortController();
    this.listen();
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.canvas);
  }

  leave() {
    this.over.abort();
    this.watch.disconnect();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.glide);
  }

  // --- what Python says ------------------------------------------------------------------------------

  take(told) {
    const isNew = this.stamp !== told.stamp;
    // what is the same for everybody comes as text, which Python keeps and which is read once
    if (isNew && told.placed) this.placed = JSON.parse(told.placed);
    const data = { ...told, ...this.placed };
    const before = this.data;
    this.data = data;
    if (isNew) {
      this.stamp = data.stamp;
      this.lay();
      this.reset(false);
    }
    this.group(data.groups);
    this.root.style.setProperty("--text", data.theme.text);
    this.root.style.setProperty("--surface", data.theme.surface);
    this.root.style.setProperty("--line", data.theme.grid);
    this.focus = data.focus ? this.names.indexOf(data.focus) : -1;
    const moved = isNew || !before || before.focus !== data.focus;
    if (moved && this.focus >= 0) this.goTo(this.focus);
    this.root.dataset.focus = data.focus ?? "";
    this.tell();
    this.draw();
  }

  lay() {
    const { hostnames, x, y, size, links } = this.data;
    this.names = hostnames;
    this.count = hostnames.length;
    this.x = Float32Array.from(x);
    this.y = Float32Array.from(y, (value) => -value); // up is up
    this.radius = Float32Array.from(size, (pixels) => pixels / 2);
    this.links = Int32Array.from(links);
    this.box = bounds(this.x, this.y);
    this.cells = Array.from({ length: CELLS * CELLS }, () => []);
    for (let i = 0; i < this.count; i++) this.cells[this.cell(this.x[i], this.y[i])].push(i);
    // neighbours of each, one after the other
    const degrees = new Int32Array(this.count + 1);
    for (const end of this.links) degrees[end + 1]++;
    for (let i = 0; i < this.count; i++) degrees[i + 1] += degrees[i];
    this.begins = degrees;
    this.ends = new Int32Array(this.links.length);
    const next = degrees.slice(0, this.count);
    for (let i = 0; i < this.links.length; i += 2) {
      const one = this.links[i], other = this.links[i + 1];
      this.ends[next[one]++] = other;
      this.ends[next[other]++] = one;
    }
  }

  group(groups) {
    this.members = groups.names.map(() => []);
    for (let i = 0; i < this.count; i++) this.members[groups.of[i]].push(i);
    const items = groups.names.map((name, place) => {
      const item = document.createElement("li");
      const dot = document.createElement("span");
      dot.style.background = groups.colours[place];
      item.append(dot, `${name} (${this.number(this.members[place].length)})`);
      return item;
    });
    this.legend.replaceChildren(...items);
  }

  tell() {
    const { map, zoom, closer, wider, all, legend } = this.data.words;
    const name = (element, words) => element.setAttribute("aria-label", words);
    name(this.canvas, this.counted(map, this.count));
    name(this.root.querySelector(".buttons"), zoom);
    this.root.querySelectorAll("button").forEach((button, place) => name(button, [closer, wider, all][place]));
    name(this.legend, legend);
  }

  number(value) {
    return value.toLocaleString(this.data.locale);
  }

  counted(words, value) {
    return words.replace("{count}", this.number(value));
  }

  // --- where things are ------------------------------------------------------------------------------

  cell(x, y) {
    const { left, top, width, height } = this.box;
    return along(y - top, height) * CELLS + along(x - left, width);
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const dense = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * dense);
    this.canvas.height = Math.round(height * dense);
    const grown = this.width ? width - this.width : 0;
    this.width = width;
    this.height = height;
    if (!this.whole) this.reset(false);
    else if (grown) this.view.x += grown / 2;
    this.draw();
  }

  reset(isGliding = true) {
    if (!this.width || !this.box) return;
    const { left, top, width, height } = this.box;
    const scale = 0.92 * Math.min(this.width / width, this.height / height);
    this.whole = {
      scale,
      x: this.width / 2 - (left + width / 2) * scale,
      y: this.height / 2 - (top + height / 2) * scale,
    };
    this.show({ ...this.whole }, isGliding);
  }

  goTo(i) {
    if (!this.whole) return;
    const scale = Math.max(this.view.scale, this.whole.scale * 3);
    this.show({ scale, x: this.width / 2 - this.x[i] * scale, y: this.height / 2 - this.y[i] * scale }, true);
  }

  show(view, isGliding) {
    cancelAnimationFrame(this.glide);
    if (!isGliding || this.calm.matches) {
      this.view = view;
      this.draw();
      return;
    }
    const from = this.view, begun = performance.now();
    const move = (now) => {
      const t = Math.min(1, (now - begun) / GLIDE_MILLISECONDS), eased = t * (2 - t);
      const part = (name) => from[name] + (view[name] - from[name]) * eased;
      this.view = { scale: part("scale"), x: part("x"), y: part("y") };
      this.draw();
      if (t < 1) this.glide = requestAnimationFrame(move);
    };
    this.glide = requestAnimationFrame(move);
  }

  zoom(factor, at = { x: this.width / 2, y: this.height / 2 }) {
    if (!this.whole) return;
    const { scale, x, y } = this.view;
    const wanted = Math.min(Math.max(scale * factor, this.whole.scale / 2), this.whole.scale * CLOSEST);
    const by = wanted / scale;
    this.show({ scale: wanted, x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by }, false);
  }

  /** The server under a point of the canvas; -1 = none. */
  find(point) {
    if (!this.count) return -1;
    const { scale, x, y } = this.view;
    const px = (point.x - x) / scale, py = (point.y - y) / scale;
    const reach = (this.data.largest / 2 + NEAR_PIXELS) / scale;
    const { left, top, width, height } = this.box;
    let best = -1, nearest = 0;
    for (let row = along(py - reach - top, height); row <= along(py + reach - top, height); row++)
      for (let column = along(px - reach - left, width); column <= along(px + reach - left, width); column++)
        for (const i of this.cells[row * CELLS + column]) {
          const off = Math.hypot(this.x[i] - px, this.y[i] - py) * scale - this.radius[i];
          if (off < NEAR_PIXELS && (best < 0 || off < nearest)) [best, nearest] = [i, off];
        }
    return best;
  }

  neighbours(i) {
    return i < 0 ? [] : this.ends.subarray(this.begins[i], this.begins[i + 1]);
  }

  // --- drawing ---------------------------------------------------------------------------------------

  draw() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.frame = requestAnimationFrame(() => {
      this.isWaiting = false;
      this.paint();
    });
  }

  paint() {
    if (!this.data || !this.whole) return;
    const { pen, view } = this, { groups, theme } = this.data;
    const dense = this.canvas.width / this.width;
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    const chosen = this.under >= 0 ? this.under : this.focus;
    const near = chosen >= 0 ? [chosen, ...this.neighbours(chosen)] : [];
    pen.globalAlpha = chosen >= 0 ? 0.16 : 0.85;
    this.members.forEach((members, place) => this.dots(members, groups.colours[place]));
    pen.globalAlpha = 1;
    if (chosen < 0) return;
    pen.strokeStyle = theme.muted;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (const other of near.slice(1)) {
      pen.moveTo(this.x[chosen] * view.scale + view.x, this.y[chosen] * view.scale + view.y);
      pen.lineTo(this.x[other] * view.scale + view.x, this.y[other] * view.scale + view.y);
    }
    pen.stroke();
    for (const i of near) this.dots([i], groups.colours[groups.of[i]]);
    pen.strokeStyle = theme.text;
    pen.lineWidth = 2;
    pen.beginPath();
    const x = this.x[chosen] * view.scale + view.x, y = this.y[chosen] * view.scale + view.y;
    pen.arc(x, y, this.radius[chosen] + 2, 0, 2 * Math.PI);
    pen.stroke();
    pen.font = "600 13px Inter, sans-serif";
    pen.textAlign = "center";
    pen.lineWidth = 4;
    pen.strokeStyle = theme.surface;
    pen.fillStyle = theme.text;
    pen.strokeText(this.names[chosen], x, y - this.radius[chosen] - 8);
    pen.fillText(this.names[chosen], x, y - this.radius[chosen] - 8);
  }

  dots(members, colour) {
    const { pen, width, height } = this, { scale, x, y } = this.view;
    pen.fillStyle = colour;
    pen.beginPath();
    for (const i of members) {
      const px = this.x[i] * scale + x, py = this.y[i] * scale + y, r = this.radius[i];
      if (px < -r || py < -r || px > width + r || py > height + r) continue;
      pen.moveTo(px + r, py);
      pen.arc(px, py, r, 0, 2 * Math.PI);
    }
    pen.fill();
  }

  hover(i, point) {
    if (i !== this.under) {
      this.under = i;
      this.draw();
    }
    this.canvas.style.cursor = i >= 0 ? "pointer" : "grab";
    this.tip.hidden = i < 0;
    if (i < 0) return;
    this.tip.textContent = this.words(i);
    const isLeft = point.x > this.width / 2;
    this.tip.style.left = isLeft ? "auto" : `${point.x + 14}px`;
    this.tip.style.right = isLeft ? `${this.width - point.x + 14}px` : "auto";
    this.tip.style.top = `${Math.min(point.y + 10, this.height - 90)}px`;
  }

  words(i) {
    const { active, groups, words } = this.data;
    const people = active[i] === null ? words.active_unsaid : this.counted(words.active, active[i]);
    const links = this.counted(words.links, this.neighbours(i).length);
    return `${this.names[i]}\n${people}\n${groups.names[groups.of[i]]}\n${links}`;
  }

  // --- hands -----------------------------------------------------------------------------------------

  listen() {
    const { canvas, pointers } = this, { signal } = this.over;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, this.place(event));
      this.hasMoved = false;
    }, { signal });
    canvas.addEventListener("pointermove", (event) => this.move(event), { signal });
    const up = (event) => {
      const was = pointers.delete(event.pointerId);
      if (!was || this.hasMoved || event.type !== "pointerup") return;
      const found = this.find(this.place(event));
      if (found >= 0) this.choose(this.names[found]);
    };
    canvas.addEventListener("pointerup", up, { signal });
    canvas.addEventListener("pointercancel", up, { signal });
    canvas.addEventListener("pointerleave", () => this.hover(-1), { signal });
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * 0.0015), this.place(event));
      },
      { passive: false, signal },
    );
    canvas.addEventListener("keydown", (event) => this.key(event), { signal });
    const [closer, wider, all] = this.root.querySelectorAll("button");
    closer.addEventListener("click", () => this.zoom(STEP), { signal });
    wider.addEventListener("click", () => this.zoom(1 / STEP), { signal });
    all.addEventListener("click", () => this.reset(), { signal });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  move(event) {
    const here = this.place(event), before = this.pointers.get(event.pointerId);
    if (!before) {
      this.hover(this.find(here), here);
      return;
    }
    const far = Math.hypot(here.x - before.x, here.y - before.y);
    if (!this.hasMoved && far < 4) return;
    this.hasMoved = true;
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const apart = (point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      this.zoom(apart(here) / apart(before), { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 });
    } else {
      const { scale, x, y } = this.view;
      this.show({ scale, x: x + here.x - before.x, y: y + here.y - before.y }, false);
    }
    this.pointers.set(event.pointerId, here);
  }

  key(event) {
    const { scale, x, y } = this.view;
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      const [right, down] = moves[event.key];
      this.show({ scale, x: x + right, y: y + down }, false);
    } else if (event.key === "+" || event.key === "=") this.zoom(STEP);
    else if (event.key === "-") this.zoom(1 / STEP);
    else if (event.key === "0") this.reset();
    else if (event.key === "n" || event.key === "p") this.walk(event.key === "n" ? 1 : -1);
    else if (event.key === "Enter" && this.step >= 0) this.choose(this.names[this.count - 1 - this.step]);
    else return;
    event.preventDefault();
  }

  /** From server to server, the most active first: they come last in the data. */
  walk(by) {
    this.step = Math.min(Math.max(this.step + by, 0), this.count - 1);
    const i = this.count - 1 - this.step;
    this.under = i;
    this.goTo(i);
    this.said.textContent = this.words(i).replaceAll("\n", ", ");
  }
}

function along(off, size) {
  return Math.min(CELLS - 1, Math.max(0, Math.floor((off / size) * CELLS)));
}

function bounds(x, y) {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < x.length; i++) {
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    top = Math.min(top, y[i]);
    bottom = Math.max(bottom, y[i]);
  }
  return { left, top, width: Math.max(right - left, 1e-6), height: Math.max(bottom - top, 1e-6) };
}
