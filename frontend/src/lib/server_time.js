// The product's time (test clock included), not this machine's: what remains of a promise is counted by it.
let ahead = 0; // milliseconds that the server is ahead of this machine

/** Sets the server's time, microseconds since 1970. */
export const setServerTime = (us) => { ahead = us / 1000 - Date.now(); };

/** The server's time, milliseconds since 1970. */
export const now = () => Date.now() + ahead;

const WEEKDAYS = "日一二三四五六";
const parts = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", hourCycle: "h23", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** {month, day, hour, minute, second} of the hotline's zone, as texts. */
const at = (ms) => Object.fromEntries(parts.formatToParts(ms).map((p) => [p.type, p.value]));

/** 20:23:40 of a time in microseconds; "" for none. */
export const clock = (us) => {
  if (!us) return "";
  const { hour, minute, second } = at(us / 1000);
  return `${hour}:${minute}:${second}`;
};

/** 11月20日 周五 20:23:40 for milliseconds. */
export const dateAndClock = (ms) => {
  const { month, day, hour, minute, second } = at(ms);
  const weekday = WEEKDAYS[new Date(ms + 8 * 3600e3).getUTCDay()];
  return `${month}月${day}日 周${weekday} ${hour}:${minute}:${second}`;
};

/** 4:12 or 1:02:05 for seconds. */
export const duration = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

/** 余 6 分, 余 40 秒, 超 3 分: what is left until a time in microseconds. */
export const left = (dueUs) => {
  if (!dueUs) return "";
  const seconds = (dueUs / 1000 - now()) / 1000;
  const [word, size] = seconds >= 0 ? ["余", seconds] : ["超", -seconds];
  if (size < 60) return `${word} ${word === "余" ? Math.floor(size) : Math.ceil(size)} 秒`;
  if (size < 7200) return `${word} ${Math.floor(size / 60)} 分`;
  if (size < 172800) return `${word} ${Math.floor(size / 3600)} 小时`;
  return `${word} ${Math.floor(size / 86400)} 天`;
};
