// Numbers as the kernel editor reads and writes them.

const KERNEL_NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+\.?\d*|\.\d+))?$/i;
const KERNEL_EXAMPLE = "Type a number such as −1, 0.5 or 1/9";

// What a person typed: {value}, or {problem} with a sentence.
function kernelParse(text, limit) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".").replace(/\s*\/\s*/, "/");
  const match = KERNEL_NUMBER.exec(plain);
  if (!match) return { problem: `${KERNEL_EXAMPLE}.` };
  const value = Number(match[1]) / Number(match[2] ?? 1);
  if (!Number.isFinite(value)) return { problem: "Nothing can be divided by 0." };
  if (Math.abs(value) > limit) return { problem: `Type a number from −${limit} to ${limit}.` };
  return { value: value + 0 };
}

// Exactly, and short where a fraction says it: 1/9 and not 0.1111111111111111.
function kernelExact(value) {
  const decimal = String(value).replace("-", "−");
  if (decimal.length <= 6) return decimal;
  for (let below = 2; below <= 1000; below++) {
    const above = Math.round(value * below);
    if (above !== 0 && above / below === value) return `${above}/${below}`.replace("-", "−");
  }
  return decimal;
}

// At most `room` characters where that is possible; never "0" for what is not zero.
function kernelShort(value, room) {
  if (Number.isInteger(value)) return String(value).replace("-", "−");
  const first = Math.max(0, -Math.floor(Math.log10(Math.abs(value))));
  let text = "";
  for (let digits = Math.max(2, first); digits >= first; digits--) {
    text = value.toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace("-", "−");
    if (text.length > room) text = text.replace(/^(−?)0\./, "$1.");
    if (text.length <= room) return text;
  }
  return Math.abs(value) < 0.001 ? "≈0" : text;
}

// Steps of 0.1 add up to what they seem to: 0.3, and not 0.30000000000000004.
function kernelStepped(value, change, limit) {
  const stepped = Math.round((value + change) * 1e10) / 1e10 + 0;
  return Math.min(limit, Math.max(-limit, stepped));
}
