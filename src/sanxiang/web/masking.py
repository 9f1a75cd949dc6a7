"""How is a telephone number shown to those who need not know it?"""

from __future__ import annotations

#: what stands instead of a number, by the caller's kind
WITHOUT_NUMBER = {"anonymous": "未显示号码", "invalid": "号码无法识别", "web": "网页来电"}


def caller_shown(kind: str, number: str | None) -> str:
    """A caller as everybody may see them: 138****0000, or words by ``kind`` when there is no number to show."""
    return (kind == "number" and masked(number)) or WITHOUT_NUMBER.get(kind, "未显示号码")


def masked(number: str | None) -> str:
    """138****0000: the first three and the last four stay of a long number, the last two of a short one.

    "" for none; words such as "anonymous" are no number and become 未显示号码.
    """
    text = (number or "").strip()
    if not text:
        return ""
    digits = [c for c in text if c.isdigit()]
    if len(digits) < 3:
        return "未显示号码"
    plain = "".join(digits)
    if len(plain) == 13 and plain.startswith("861"):  # +86 of a mobile
        plain = plain[2:]
    if len(plain) >= 10:
        return f"{plain[:3]}****{plain[-4:]}"
    if len(plain) >= 7:
        return f"{plain[:2]}****{plain[-2:]}"
    return f"{'*' * (len(plain) - 2)}{plain[-2:]}"
