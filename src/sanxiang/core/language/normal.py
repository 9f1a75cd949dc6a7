"""How is text folded so that a rule need not know of width, script, punctuation, or a recogniser's stutter?

The folded text keeps, for each of its characters, the place it came from: what is found in it can be quoted exactly.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: traditional characters that occur in service talk, and their simplified forms
_TRADITIONAL = (
    "這裡裏邊請問謝們嗎麼沒對說話聽見電號碼幫務醫療診處門樓經過還時間點鐘員單開關係訂購買賣錢發現實際馬應該讓給個為來樣會"
    "學讀寫總機線轉維調組貨運費資訊報價檢驗護養區縣鄉鎮國東廣場車後聲響壞頭臉齊歡預約婦產兒腦藥劑網絡確認誰難煩誤氣惱壓質"
    "標準戶臺灣華業興廠飯館銀證書長張劉陳黃楊趙吳孫馮蔣韓鄧許葉蘇魯紀傑麗衛寧慶慮並從於與兩隻種極樂熱斷掛喚變題複復製設計"
    "試詳談記議讚負責貴賓達遠連進選適遞鐵錯鎖閱閉隊階陸陰陽雖雙雲靜順須領頻顧顯飛餘驚體鮮麥"
)
_SIMPLIFIED = (
    "这里里边请问谢们吗么没对说话听见电号码帮务医疗诊处门楼经过还时间点钟员单开关系订购买卖钱发现实际马应该让给个为来样会"
    "学读写总机线转维调组货运费资讯报价检验护养区县乡镇国东广场车后声响坏头脸齐欢预约妇产儿脑药剂网络确认谁难烦误气恼压质"
    "标准户台湾华业兴厂饭馆银证书长张刘陈黄杨赵吴孙冯蒋韩邓许叶苏鲁纪杰丽卫宁庆虑并从于与两只种极乐热断挂唤变题复复制设计"
    "试详谈记议赞负责贵宾达远连进选适递铁错锁阅闭队阶陆阴阳虽双云静顺须领频顾显飞余惊体鲜麦"
)
#: recognisers mix these up; a rule must not depend on which one stands there
_SAME_SOUND = str.maketrans("在她它妳", "再他他你")
_SIMPLIFY = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
#: characters that are doubled in ordinary speech; all others doubled are a stutter of the recogniser
_REDUPLICATED = frozenset(
    "谢拜慢等看想说问试听讲好刚常天人个宝妈爸奶爷哥姐弟妹星点早偏仅往渐单稍大小高轻走坐歇"
)


@dataclass(frozen=True)
class Normal:
    """A folded text. ``index[i]`` is the place in ``source`` that the i-th folded character came from."""

    text: str
    source: str
    index: tuple[int, ...]

    def quote(self, start: int, end: int) -> str:
        """The exact words of the source behind a stretch of the folded text."""
        if start >= end or not self.index:
            return ""
        return self.source[self.index[start] : self.index[end - 1] + 1]


@lru_cache(maxsize=4096)
def normalise(text: str) -> Normal:
    """Folds width, case, traditional script and common homophones; drops spaces, punctuation and stutter.

    Latin words stay apart by one space, so that rules can find whole words.
    """
    made: list[str] = []
    index: list[int] = []
    gap = False
    for place, raw in enumerate(text):
        for char in unicodedata.normalize("NFKC", raw).lower():
            if not char.isalnum():
                gap = True
                continue
            char = _SIMPLIFY.get(char, char).translate(_SAME_SOUND)
            latin = char.isascii() and char.isalpha()
            if gap and latin and made and made[-1].isascii():
                made.append(" ")
                index.append(place)
            gap = False
            if _stutter(made, char):
                index[-1] = place
                continue
            made.append(char)
            index.append(place)
    return Normal("".join(made), text, tuple(index))


def _stutter(made: list[str], char: str) -> bool:
    """Whether a character only repeats what was said: 您您好, 再再见, or a third 谢."""
    if not made or made[-1] != char or char.isascii() or char in "零〇一二三四五六七八九十":
        return False
    return char not in _REDUPLICATED or made[-2:] == [char, char]
