// The pack's little language of conditions, and what a form lacks: the same answers as the server's, before asking it.

export const filled = (value) =>
  value !== undefined && value !== null && (typeof value === "string" ? value.trim() !== "" : !(Array.isArray(value) && !value.length));

const look = (data, path) => (path in data ? data[path] : path.split(".").reduce((at, key) => at?.[key], data));

function test(value, operator, operand) {
  if (operator === "present") return filled(value) === operand;
  if (operator === "not") return !matches(value, operand);
  if (operator === "is") return (value ?? null) === operand;
  if (value === undefined || value === null) return false;
  if (operator === "in") return operand.includes(value);
  return { lt: value < operand, le: value <= operand, gt: value > operand, ge: value >= operand }[operator] ?? false;
}

function matches(value, expected) {
  if (Array.isArray(expected)) return expected.includes(value);
  if (expected && typeof expected === "object") return Object.entries(expected).every(([o, x]) => test(value, o, x));
  return value === expected;
}

/** Whether all entries of a condition hold. */
export const holds = (condition, data) =>
  Object.entries(condition ?? {}).every(([key, expected]) => {
    if (key === "any") return expected.some((one) => holds(one, data));
    if (key === "all") return expected.every((one) => holds(one, data));
    if (key === "not") return !holds(expected, data);
    return matches(look(data, key), expected);
  });

/** What is wrong with a field's value, in words; "" when nothing. */
export function wrong(field, values) {
  if (!holds(field.when, values)) return "";
  const value = values[field.name];
  if (!filled(value)) {
    const must = typeof field.required === "boolean" ? field.required : holds(field.required, values);
    return must ? `${["choice", "yesno"].includes(field.type) ? "请选择" : "请填写"}${field.label}` : "";
  }
  if (typeof value !== "string") return "";
  const text = value.trim();
  if (field.refuse.includes(text)) return `${field.label}不能只填“${text}”`;
  if (text.length > field.max) return `${field.label}太长（${text.length} 字），请控制在 ${field.max} 字以内`;
  if (field.type === "phone" && !text.includes("*")) {
    const length = text.replace(/[\s+()-]/g, "").length;
    if (length < 3 || length > 20) return `${field.label}不像电话号码`;
  }
  return "";
}
