"""How is a telephone number shown to those who need not know it?"""

from __future__ import annotations


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
