// What every page has: HTMX, Alpine, and window.sanxiang.
import Alpine from "alpinejs";
import htmx from "htmx.org";
import { post, refuse, toast } from "./lib/asking.js";
import "./lib/bar.js";
import "./lib/dialogs.js";
import { live } from "./lib/live.js";
import { clock, duration, left, now } from "./lib/server_time.js";

window.htmx = htmx;
window.Alpine = Alpine;

// Live views: sanxiang.live("desk", (data) => …) calls now and after each change, and gives the function that ends it.
// Posts: await sanxiang.post(url, data) gives {ok, problems, …}. Times: now() in ms; clock(us), left(us), duration(s).
window.sanxiang = Object.assign(window.sanxiang ?? {}, { live, post, refuse, toast, now, clock, left, duration });

const bundleFolder = new URL(".", document.currentScript.src);
let charts;

/** Loads the chart bundle once; gives a promise of window.echarts. */
window.loadCharts = () => {
  charts ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("charts.js", bundleFolder);
    script.onload = () => resolve(window.echarts);
    script.onerror = () => {
      charts = undefined; // the next caller tries again
      reject(new Error("图表组件未能加载，请刷新页面"));
    };
    document.head.append(script);
  });
  return charts;
};

// Components register on `alpine:init`, from scripts that may stand after this one; so start when all were read.
const start = () => Alpine.start();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();
