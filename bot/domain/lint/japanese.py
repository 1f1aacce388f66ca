"""Japanese sentences as the rules see them: sentences, what stands in brackets, questions, requests, what is denied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.lint.values import Token

Tokens = tuple[Token, ...]

_OPEN, _CLOSE = "（(「『【[［", "）)」』】]］"
_ENDS = {"。", "？", "?", "！", "!", "．"}
_INTERROGATIVE = {
    *("何", "なに", "なん", "どう", "どの", "どんな", "どこ", "いつ", "誰", "だれ", "どなた", "なぜ", "どれ", "どちら"),
    *("いかに", "いかが", "いくつ", "いくら", "如何", "どれほど", "どのよう", "どれだけ", "何故", "いずれ", "どうして"),
}
_INDEFINITE = {"か", "でも", "も", "やら", "なり"}
_REQUEST = {"くださる", "下さる", "願う", "お願い", "いただく", "頂く", "たい", "存ずる"}


def sentences(tokens: Tokens) -> list[Tokens]:
    """Cut at full stops and question marks; a mark stays with its sentence."""
    found: list[Tokens] = []
    start = 0
    for i, token in enumerate(tokens):
        if token.surface in _ENDS or "\n" in token.surface:
            found.append(tokens[start : i + 1])
            start = i + 1
    found.append(tokens[start:])
    return [one for one in found if any(token.pos not in ("補助記号", "空白") for token in one)]


def outside_brackets(tokens: Tokens) -> Tokens:
    """What is said, without what is added or quoted."""
    depth, kept = 0, []
    for token in tokens:
        if token.surface[:1] and token.surface[0] in _OPEN:
            depth += 1
        elif token.surface[:1] and token.surface[0] in _CLOSE:
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(token)
    return tuple(kept)


def core(sentence: Tokens) -> Tokens:
    """A sentence without the marks at its end."""
    end = len(sentence)
    while end and sentence[end - 1].pos in ("補助記号", "空白"):
        end -= 1
    return sentence[:end]


def is_question(sentence: Tokens) -> bool:
    """Whether it asks: か at its end, or a question mark."""
    said = core(sentence)
    marks = sentence[len(said) :]
    return any(mark.surface in "？?" for mark in marks) or bool(said and said[-1].surface in ("か", "かな"))


def is_request(sentence: Tokens) -> bool:
    """Whether it asks for something to be done: ください, お願いします, いただけますか, …のこと."""
    tail = core(sentence)[-6:]
    if any(token.lemma in _REQUEST or token.surface in ("願い", "ください", "下さい") for token in tail):
        return True
    return bool(tail) and tail[-1].surface == "こと"


def lemmas(tokens: Iterable[Token]) -> set[str]:
    """Dictionary forms and usual spellings."""
    return {word for token in tokens for word in (token.lemma, token.normal, token.surface)}


def text(tokens: Iterable[Token]) -> str:
    """As it was written."""
    return "".join(token.surface for token in tokens)


def interrogative(sentence: Tokens) -> str | None:
    """The word that makes the whole sentence an open question: どのように, 何, いつ; not 誰か, いつでも, 誰が…かを."""
    said = core(outside_brackets(sentence))
    for i, token in enumerate(said):
        if token.surface not in _INTERROGATIVE and token.lemma not in _INTERROGATIVE:
            continue
        if not _indefinite(said, i) and not _embedded(said, i):
            return token.surface + (said[i + 1].surface if i + 1 < len(said) else "")
    return None


def _indefinite(said: Tokens, i: int) -> bool:
    """誰か, 何か, いつでも, どこであっても, どの会社も, 何らか, いずれか, いつも."""
    if said[i].surface in ("いつも", "何か", "誰か", "いずれも"):
        return True
    following = said[i + 1 : i + 7]
    for j, token in enumerate(following):
        if token.pos == "助詞" and token.surface in _INDEFINITE and i + 2 + j < len(said):
            return True
        if token.surface in ("であっ", "でも") or (token.lemma == "ある" and "ても" in text(following)):
            return True
        if token.surface in ("らか", "ら"):
            return True
        if token.pos == "動詞" or (token.pos == "助詞" and token.surface in ("を", "が", "は", "に")):
            return False
    return False


def _embedded(said: Tokens, i: int) -> bool:
    """誰が見たかを: a か before the end, after a predicate, closes the question inside."""
    for j in range(i + 1, len(said) - 1):
        if said[j].surface == "か" and said[j - 1].pos in ("動詞", "助動詞", "形容詞", "名詞", "形状詞"):
            following = said[j + 1]
            if following.pos in ("助詞", "補助記号", "動詞", "形容詞") or following.surface in ("どう", "否"):
                return True
    return False


def denied(tokens: Sequence[Token]) -> bool:
    """Whether the predicate is negative: ありません, ない, 不要."""
    tail = [token for token in tokens if token.pos not in ("補助記号", "空白")][-5:]
    return any(token.lemma in ("ない", "ぬ", "ず", "無い", "不要", "なし", "ん") for token in tail)
