"""Who rings in the demonstration, and what do they say? All invented; each call leaves time for an agent to answer."""

from __future__ import annotations

from dataclasses import dataclass

#: seconds until the first word: the notice of recording, then the agent's greeting
GREETING = 7.0


@dataclass(frozen=True)
class Story:
    """One caller. ``voice``: of `speech.voices`; ``says``: (text, seconds in which the agent answers it).

    ``patience``: seconds of ringing after which they give up; ``loud``: shouts, so many times louder; ``caller``: the
    whole From header where the number is not an ordinary one.
    """

    title: str
    voice: str
    says: tuple[tuple[str, float], ...]
    patience: float = 90.0
    loud: float = 1.0
    caller: str = ""
    silent: float = 0.0  # seconds on the line without a word


STORIES: tuple[Story, ...] = (
    Story("问专家门诊时间", "caller-woman", (
        ("您好，我想问一下，呼吸内科的秦主任，这个星期哪天看门诊？", 9),
        ("哦，那要不要提前约？到了窗口当天还能挂上吗？", 9),
        ("好的，我记下了，谢谢您，再见。", 3),
    )),
    Story("取检查报告", "caller-man", (
        ("喂，你好。我前天在你们那儿抽的血，说是两天出结果，我在哪里能看到报告？", 9),
        ("手机上我不太会弄，能不能到医院去打印？要带什么？", 9),
        ("行，那我带身份证去。谢谢，再见。", 3),
    )),
    Story("约好的门诊停诊了", "caller-hurried", (
        ("你好，我刚收到短信，说我明天上午皮肤科的号停诊了，这怎么回事？我假都请好了。", 9),
        ("那能不能给我改到后天上午？还是原来那个医生。", 10),
        ("查不到的话，你们能不能问清楚了给我回个电话？我就用这个号码，姓梁。", 10),
        ("好，半个小时之内是吧，我等着。再见。", 3),
    )),
    Story("响到第二声就挂断", "caller-young", (("喂？", 2),), patience=7.0),
    Story("异地医保怎么报销", "caller-old", (
        ("同志你好，我是外地过来跟孩子住的，医保在老家。住院能不能在你们这里直接报？", 10),
        ("备案是在哪里办？我岁数大了，不会用手机。", 10),
        ("需要哪几样材料，你慢一点说，我拿笔记一下。", 12),
        ("好好好，谢谢你啊，小同志，再见。", 3),
    )),
    Story("问探视时间", "caller-woman", (
        ("您好，请问住院部几点可以进去看病人？我妈妈住在九楼骨科。", 9),
        ("小孩能带进去吗？六岁。", 8),
        ("明白了，谢谢，再见。", 3),
    )),
    Story("等了很久，大声抱怨", "caller-hurried", (
        ("你们这个电话怎么这么难打！我打了一个上午了！", 8),
        ("我就问一句，我爸的手术到底排在哪一天！病房说问医生，医生说问病房！", 10),
        ("你别跟我说等通知！你今天必须给我一个准话！你叫什么名字，几号？", 10),
        ("好，我姓郭，你们问清楚马上打给我。", 4),
    ), loud=3.0),
    Story("打错了", "caller-man", (
        ("喂，是不是城南快递站？我有个件三天了还没送到。", 6),
        ("啊，是医院啊？不好意思，打错了打错了。", 2),
    )),
    Story("接通后不说话", "caller-young", (), silent=20.0),
    Story("孩子夜里发烧", "caller-hurried", (
        ("您好，我孩子三岁，烧到三十九度五，晚上你们儿科急诊开不开？", 8),
        ("从东门进还是西门进？停车方便吗？", 8),
        ("好，我们现在就过来，谢谢。", 3),
    )),
    Story("体检能不能空腹喝水", "caller-old", (
        ("你好，我明天早上去体检，想问一下，高血压的药早上能不能吃？", 9),
        ("那喝一小口水送药，不要紧吧？", 7),
        ("晓得了，谢谢啊。", 3),
    )),
    Story("不显示号码的来电", "caller-man", (
        ("你好，我不太方便说名字。我想问，心理门诊看病，单位会不会知道？", 10),
        ("好，那我想约一个下午的号，怎么约？", 9),
        ("谢谢，再见。", 3),
    ), caller='"Anonymous" <sip:anonymous@anonymous.invalid>'),
    Story("表扬护士", "caller-old", (
        ("我要表扬一个人。五楼内科的小护士，姓什么我没记住，上个礼拜半夜给我老伴翻身、擦汗，特别细心。", 8),
        ("不用给我回电话，你们替我谢谢她就行。", 6),
        ("哎，好，再见。", 3),
    )),
    Story("发票开错了名字", "caller-young", (
        ("你好，我上周的门诊发票，名字开错了一个字，能重开吗？", 9),
        ("原来那张要不要带？周末有人办吗？", 9),
        ("好的，谢谢，再见。", 3),
    )),
)  # fmt: skip
