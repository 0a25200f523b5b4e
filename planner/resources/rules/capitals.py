"""An amount in the capitals that cheques and vouchers ask for (人民币大写).

Source: 支付结算办法 (银发[1997]393号), 附一 正确填写票据和结算凭证的基本规定, 第一条至第三条.
"""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def _group(number: int) -> str:
    """A number of up to four digits, without zeros before it."""
    told, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            told += (DIGITS[0] if zero and told else "") + DIGITS[digit] + PLACES[place]
            zero = False
        else:
            zero = True
    return told


def in_capitals(minor: int) -> str:
    """`捌万元整` for 8000000, `壹佰零伍元叁角整` for 10530; 元 for what is written in vouchers as 圆 as well."""
    sign, minor = ("负", -minor) if minor < 0 else ("", minor)
    whole, jiao, fen = minor // 100, minor // 10 % 10, minor % 10
    told, zero = "", False
    for place in range(3, -1, -1):
        group = whole // 10 ** (4 * place) % 10_000
        if group:
            gap = bool(told) and (zero or group < 1000)
            told += (DIGITS[0] if gap else "") + _group(group) + GROUPS[place]
            zero = False
        elif told:
            zero = True
    told = told + "元" if told else ""
    if not jiao and not fen:
        return f"{sign}{told or '零元'}整"
    if jiao:
        gap = DIGITS[0] if told and not whole % 10 else ""
        told += f"{gap}{DIGITS[jiao]}角"
    elif told:
        told += DIGITS[0]
    return sign + told + (f"{DIGITS[fen]}分" if fen else "整")
