"""Made-up names. No company and no person is meant; corporate numbers begin with 9999, which no registry office has."""

from __future__ import annotations

import random

COMPANY = "あおば商事株式会社"
# fmt: off
FAMILY = [
    "青柳", "朝倉", "飯島", "石動", "宇野", "榎本", "大槻", "小野寺", "柏木", "川端",
    "北条", "桐生", "久我", "郡司", "西園", "桜庭", "塩見", "白石", "須藤", "瀬尾", "高遠",
    "田所", "津村", "寺島", "戸川", "中条", "南雲", "新田", "野々村", "萩原", "東海林",
    "氷室", "深町", "堀江", "真壁", "三浦", "室伏", "柳瀬", "湯浅", "和久井",
]
# fmt: on
# fmt: off
GIVEN = [
    "葵", "朱里", "郁", "詩織", "悦子", "果歩", "薫", "菊江", "京介", "邦夫", "健吾",
    "咲", "聡美", "静", "信也", "すみれ", "大地", "千尋", "司", "哲也", "透", "直樹",
    "七海", "望", "光", "久志", "史恵", "誠", "真帆", "瑞穂", "睦", "恵", "康平",
    "由佳", "陽", "理沙", "亮", "涼子", "蓮", "航",
]
# fmt: on
ENGLISH = ("Ida Marlowe", "Tobias Fenn", "Nora Whitlock", "Silas Ashby", "Greta Lindqvist", "Owen Thackery")
FOREIGN = ("Lanternfish Analytics Pte. Ltd.", "Saltmarsh Robotics Ltd.", "Quillfeather Studio Ltd.")
LONG = (
    "特定非営利活動法人みんなで支える地域の情報と暮らしの安全をつなぐほしあかり協議会東日本広域支援センター",
    "一般社団法人もりのふくろう地域産業情報化推進および人材育成連携機構設立準備事務局北関東分室",
    "公益財団法人うたかた記念産業技術史料保存活用普及啓発事業共同運営委員会西日本連絡事務所",
)
PLAIN = (
    ("つゆのま記録映像株式会社", "営業本部", "展示会の記録映像の編集"),
    ("ふくろう坂システム設計株式会社", "情報システム部", "在庫照会画面の改修"),
    ("ほうき星測量株式会社", "総務部", "新倉庫用地の測量"),
    ("しらなみ書庫管理株式会社", "総務部", "契約書原本の保管"),
    ("まつかさ物産配送株式会社", "物流部", "販促品の配送"),
    ("ゆらぎ音響設備株式会社", "総務部", "会議室設備の保守"),
    ("くるみ割り分析株式会社", "製造部", "破損品の原因分析"),
    ("はるにれ事務代行株式会社", "人事部", "応募書類の入力代行"),
)
TRADES = ("ウェブサイトの挿絵制作", "商品写真の撮影", "取扱説明書の校正")


def people(rng: random.Random, count: int) -> list[str]:
    """Different Japanese names."""
    names = [f"{family} {given}" for family in FAMILY for given in GIVEN]
    return rng.sample(names, count)


def corporate_number(rng: random.Random) -> str:
    """Thirteen digits with the right check digit: 9 - (sum of digits × 1, 2, 1, 2 … from the right) mod 9."""
    digits = "9999" + "".join(str(rng.randrange(10)) for _ in range(8))
    total = sum(int(digit) * (2 if n % 2 else 1) for n, digit in enumerate(reversed(digits)))
    return f"{9 - total % 9}{digits}"


def misread(number: str) -> str:
    """The same number with one digit misread, so that its check digit is wrong."""
    wrong = (int(number[-1]) + 1) % 9
    return f"{number[:-1]}{wrong}"
