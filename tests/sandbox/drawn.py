"""Reading what the renderer drew, and proving it harmless: the tests' own HTML reader."""

from __future__ import annotations

from html.parser import HTMLParser

_TAGS = """
a article b blockquote body br button code details div fieldset footer form h1 h2 h3 h4 head header hr html i input label li
main meta nav ol optgroup option p pre s section select small span style summary table td textarea th time title tr ul
"""
TAGS = frozenset(_TAGS.split())
VOID = frozenset({"br", "hr", "input", "meta"})


class Drawn(HTMLParser):
    """`tags`: (name, attributes) in order; `said`: the text as a reader sees it. Fails on markup that could do harm."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.said = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert tag in TAGS, f"<{tag}> must not be drawn"
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{name} is a script"
            assert name not in ("src", "srcset", "style", "action", "formaction", "ping"), f"{name}={value!r}"
            assert name != "href" or value.lower().startswith(("http://", "https://", "mailto:", "#")), value
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "br":
            self.said += "\n"

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.said += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Attributes of every `tag` that has these (data_x is data-x, cls is a class among others)."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items() if name != "cls"}
        found = [given for name, given in self.tags if name == tag and wanted.items() <= given.items()]
        return [one for one in found if attributes.get("cls", "") in ("", *one.get("class", "").split())]
