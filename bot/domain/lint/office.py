"""office_only: a question that makes sense only in an office with rooms and machines of one's own (content_ja.md §1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.checklist_parts import Kind
from bot.domain.lint import english
from bot.domain.lint.values import Asked, Hit, Setting

_ROOMS_JA = re.compile(
    r"サーバー?(?:ルーム|室)|機械室|電算室|マシンルーム|執務(?:室|エリア|スペース|フロア)|事務所|事務室|オフィス(?!ソフト|用品)|社内(?:の)?(?:サーバー?|LAN|ＬＡＮ|ネットワーク|バックアップ装置|の掲示|放送|便)|社屋|本社(?:ビル|の受付|受付|の正面|の入口|の玄関)|自社ビル"
    r"|タイムカード|朝礼|夕礼|警備会社|守衛|正門|通用口|受付カウンター|会社の(?:受付|玄関|入口|入り口)|出社(?:時|した|する|の)|退社(?:時|する|さ|の)|出勤時に|自席|島ごと|フロア(?:の|に|ごと|内)|固定電話|複合機|キャビネット|耐火金庫|ロッカー(?:に|の|へ)|ビルの(?:入口|玄関|警備)"
    r"|入退室(?:カード|ゲート)|カードリーダー|社員証を(?:首|かざ)|会議室の|給湯室|休憩室|サーバーラック|ラックの|無停電電源|社内の(?:プリンタ|プリンター|コピー機|電話|書庫|棚|掲示板)|役員室|応接室|エレベーター|ホワイトボード|シュレッダー室|共有プリンタ|机の上|机上|デスクの引き出し|鍵付きの(?:机|キャビネット|書庫)|部屋の出口|隣の席|席の(?:間|配置)"
)
_OTHERWISE_JA = re.compile(
    r"場合|でも|または|あるいは|もしくは|自宅(?:で|や|の|を|に)|在宅|テレワーク|リモート|どこで|ところ|外出先|工場|倉庫|店舗|なければ|ないとき|ない方|お持ちで|あれば|該当なし|場所を問わ|場所に(?:かか|よら)|作業する場所|業務を行う場所|働く場所|作業場|仕事をする場所|複数の(?:拠点|場所)|弊社の|当社の|お客様の(?:事務所|オフィス)"
)
_DENIES_REMOTE_JA = re.compile(
    r"(?:自宅|在宅|テレワーク|リモート)[^。]{0,12}(?:ないもの|ない前提|考えない|含めない|除いて|想定しない|なし)"
)

_ROOMS_EN = (
    r"(?<!head )(?<!our )(?<!their )(?<!back )(?<!box )(?<!post )office(?!s? (?:software|suite|hours|supplies|applications?|programs?|documents?|files?|work|tools?|or (?:at )?home|and home|party))|"
    r"server rooms?|in-house (?:server|network|backup|machine)\w*|on-?site servers?|headquarters|front desk|reception(?:ist| desk| area)?|main gate|filing cabinets?|time ?cards?|machine rooms?|guard company|"
    r"security (?:desk|gate|guard at)|morning (?:meeting|assembly)|notice ?board|office building|lobby|turnstiles?|badge reader|fire-?proof safe|photocopier|meeting rooms?|company building|own building|"
    r"data ?cent(?:re|er) of your own|your (?:own )?(?:racks?|switchboard|premises' gate)|punch|clock(?:s|ed|ing)? in|desk drawers?|landline|elevators?|pigeonholes?|canteen|break room|copy room|swipe|water ?cooler|whiteboards?|corridors?|open-plan|floor plan|shared printers?|on your floor"
)
_OTHERWISE_EN = (
    r"if you|if there|if any|where there|or (?:at |from )?home|at home or|home or|wherever|whether|even without|any place|where you have|remote(?:ly)?|work(?:ing)? from home|days at home|or elsewhere|on the road|plant|workshop|not applicable|"
    r"or any other|or another place|or a |if it|where one exists|if one|in a cafe|our (?:office|premises|site)s?|when you have"
)
_DENIES_REMOTE_EN = r"(?:as if|assume|assuming|suppose) (?:that )?(?:nobody|no one|none|everybody|everyone|all)"


def office_only(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """Fine where another place is named too, or where a condition or the help lets those out who have no office."""
    if asked.question.kind in (Kind.ONE_OF, Kind.MANY_OF) or _conditional(asked):
        return
    found = _ROOMS_JA.search(asked.text.ja)
    around = asked.text.ja + asked.help.ja
    if found and (_DENIES_REMOTE_JA.search(around) or not _OTHERWISE_JA.search(around)):
        yield Hit((*asked.text.loc, "ja"), "ja", (found[0],))
    word = english.has(asked.text.en, _ROOMS_EN)
    around = asked.text.en + " " + asked.help.en
    if word and (english.has(around, _DENIES_REMOTE_EN) or not english.has(around, _OTHERWISE_EN)):
        yield Hit((*asked.text.loc, "en"), "en", (word,))


def _conditional(asked: Asked) -> bool:
    """An earlier answer, or the place of work, decides whether it is asked at all."""
    return any(
        one.answer is not None or one.fact in ("workplace", "devices", "supplier_kind") for one in asked.question.ask_if
    )
