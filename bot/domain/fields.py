"""Every field of a supplier and of an engagement that people fill in: one table for forms, files, history and the record.

A field is one row of `FIELDS`: whose it is, how it is entered, how text becomes its value, and which column of a file it is.
To add a field: a row here; the field in `ledger.Supplier` or `ledger.Engagement` and its column in `storage/tables/ledger.py`;
its label (`ledger.field.<name>`) and the words of its choices (`<words>.<value>`) in both catalogs (`fields.py`). The
register form, the edit form, import, export, record and history then have it; tests go through the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain import corporate_number
from bot.domain.entered import (
    ADDRESS,
    BUSINESS,
    DEPARTMENT,
    NAME,
    NOTE,
    choice,
    choices,
    day,
    one_line,
    some_line,
    tag_list,
    whole_number,
)
from bot.domain.ledger import (
    Assessment,
    CloudClass,
    ContractType,
    DataKind,
    Devices,
    Profession,
    SupplierKind,
    TradeLaw,
    Workplace,
)
from bot.domain.refusal import Code, Refusal

Read = Callable[[str, str], Any]
SUPPLIER, ENGAGEMENT = "supplier", "engagement"


class Input(StrEnum):
    """How a field is entered in a form."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    MANY = "many"
    YES_NO = "yes_no"
    DAY = "day"
    NUMBER = "number"
    TAGS = "tags"
    DEPARTMENT = "department"
    USER = "user"
    LINES = "lines"


class Part(StrEnum):
    """Which page of a record a field stands on."""

    COMPANY = "company"
    WORK = "work"
    DATA = "data"
    ACCESS = "access"
    TERMS = "terms"
    CONTACT = "contact"
    DOCUMENT = "document"
    FREE = "free"


@dataclass(frozen=True)
class Field:
    """One field. `read(text, name)` gives its value (None or an empty tuple for nothing) or raises Refusal on the field.

    `column` is its heading in our own files. `must`: a new record cannot be without it. `words`: the catalog prefix of its
    stored values, '' where the value is shown as it is. `optional`: whether a person may leave it empty in the register form.
    """

    name: str
    of: str
    input: Input
    part: Part
    column: str
    read: Read
    must: bool = False
    words: str = ""
    values: tuple[str, ...] = ()


KINDS = {
    "法人": SupplierKind.COMPANY,
    "会社": SupplierKind.COMPANY,
    "個人事業主": SupplierKind.SOLE_TRADER,
    "個人": SupplierKind.SOLE_TRADER,
    "外国法人": SupplierKind.FOREIGN,
    "海外": SupplierKind.FOREIGN,
    "公的機関": SupplierKind.PUBLIC,
    "官公庁": SupplierKind.PUBLIC,
}
LANGUAGES = {"ja": "ja", "日本語": "ja", "japanese": "ja", "en": "en", "英語": "en", "english": "en"}
CONTRACTS = {"請負": ContractType.CONTRACT, "準委任": ContractType.QUASI_MANDATE, "委任": ContractType.MANDATE}
YES_NO = dict.fromkeys(("あり", "有", "有り", "はい", "する", "yes", "○", "true"), True) | dict.fromkeys(
    ("なし", "無", "無し", "いいえ", "しない", "no", "×", "false"), False
)
PROFESSIONS = {
    "なし": Profession.NONE,
    "医師": Profession.DOCTOR,
    "薬剤師": Profession.PHARMACIST,
    "医薬品販売業者": Profession.DRUG_SELLER,
    "助産師": Profession.MIDWIFE,
    "弁護士": Profession.LAWYER,
    "公証人": Profession.NOTARY,
    "税理士": Profession.TAX_ACCOUNTANT,
    "社会保険労務士": Profession.LABOUR_CONSULTANT,
    "社労士": Profession.LABOUR_CONSULTANT,
}
DATA_KINDS = {
    "氏名・連絡先": DataKind.CONTACT,
    "顧客情報": DataKind.CUSTOMER,
    "従業員情報": DataKind.EMPLOYEE,
    "決済情報": DataKind.PAYMENT,
    "マイナンバー": DataKind.MY_NUMBER,
    "要配慮個人情報": DataKind.SENSITIVE,
    "健康情報": DataKind.HEALTH,
    "位置情報": DataKind.LOCATION,
    "その他": DataKind.OTHER,
}
DEVICES = {
    "使わない": Devices.NONE,
    "貸与": Devices.LENT,
    "委託先所有": Devices.OWN,
    "貸与と委託先所有": Devices.BOTH,
}
WORKPLACES = {
    "委託先": Workplace.THEIRS,
    "自社": Workplace.OURS,
    "在宅": Workplace.HOME,
    "データセンター": Workplace.DATA_CENTRE,
    "複数": Workplace.SEVERAL,
}
CLOUD = {
    "個人データの委託": CloudClass.ENTRUSTED,
    "取扱いなし": CloudClass.NOT_HANDLED,
    "自社判断": CloudClass.OWN_JUDGEMENT,
}
LAWS = {
    "取適法": TradeLaw.SUBCONTRACT_ACT,
    "フリーランス法": TradeLaw.FREELANCE_ACT,
    "対象外": TradeLaw.NEITHER,
    "不明": TradeLaw.UNKNOWN,
}
ASSESSMENTS = {"点検票": Assessment.CHECKLIST, "秘密保持契約": Assessment.NDA}


def _name(text: str, field: str) -> str:
    return one_line(text, field, NAME, Code.NAME_EMPTY)


def _department(text: str, field: str) -> str:
    return one_line(text, field, DEPARTMENT, Code.NO_DEPARTMENT)


def _business(text: str, field: str) -> str:
    return one_line(text, field, BUSINESS)


def _first_day(text: str, field: str) -> Any:
    found = day(text, field)
    if found is None:
        raise Refusal(Code.EMPTY, field)
    return found


def _line(limit: int) -> Read:
    return lambda text, field: some_line(text, field, limit)


def _one(words: Mapping[str, Any], *, must: bool = False) -> Read:
    """One of some words, typed words and stored values alike. Nothing written is None, or refused where there must be one."""
    return choice(_with_values(words), must=must)


def _with_values(words: Mapping[str, Any]) -> dict[str, Any]:
    return dict(words) | {v.value: v for v in words.values() if isinstance(v, StrEnum)}


def _values(words: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(v) for v in words.values()))


def _choice_field(
    name: str, of: str, part: Part, column: str, words: Mapping[str, Any], catalog: str, *, must: bool = False
) -> Field:
    return Field(
        name, of, Input.CHOICE, part, column, _one(words, must=must), must=must, words=catalog, values=_values(words)
    )


def _yes_no(name: str, of: str, part: Part, column: str, *, must: bool = False) -> Field:
    return Field(name, of, Input.YES_NO, part, column, _one(YES_NO, must=must), must=must)


_S, _E = SUPPLIER, ENGAGEMENT
FIELDS: tuple[Field, ...] = (
    Field("corporate_number", _S, Input.LINE, Part.COMPANY, "法人番号", corporate_number.parse),
    Field("name", _S, Input.LINE, Part.COMPANY, "名称", _name, must=True),
    Field("reading", _S, Input.LINE, Part.COMPANY, "フリガナ", _line(NAME)),
    _choice_field("kind", _S, Part.COMPANY, "区分", KINDS, "ledger.kind"),
    _choice_field("language", _S, Part.COMPANY, "言語", LANGUAGES, "ledger.language"),
    Field("address", _S, Input.LINE, Part.COMPANY, "所在地", _line(ADDRESS)),
    _yes_no("subcontracts", _S, Part.COMPANY, "再委託"),
    _yes_no("group_company", _S, Part.COMPANY, "グループ会社"),
    _choice_field("profession", _S, Part.COMPANY, "守秘義務のある職業", PROFESSIONS, "ledger.profession"),
    Field("department", _E, Input.DEPARTMENT, Part.WORK, "部門", _department, must=True),
    Field("business", _E, Input.TEXT, Part.WORK, "業務内容", _business, must=True),
    _choice_field("contract_type", _E, Part.WORK, "契約形態", CONTRACTS, "ledger.contract", must=True),
    Field("starts_on", _E, Input.DAY, Part.WORK, "開始日", _first_day, must=True),
    Field("ends_on", _E, Input.DAY, Part.WORK, "終了日", day),
    _yes_no("auto_renews", _E, Part.TERMS, "自動更新"),
    Field("notice_days", _E, Input.NUMBER, Part.TERMS, "解約予告日数", whole_number(3650)),
    _yes_no("personal_data", _E, Part.DATA, "個人データ", must=True),
    Field(
        "data_kinds",
        _E,
        Input.MANY,
        Part.DATA,
        "個人データの種類",
        choices(_with_values(DATA_KINDS)),
        words="ledger.data_kind",
        values=_values(DATA_KINDS),
    ),
    Field("data_count", _E, Input.NUMBER, Part.DATA, "個人データの件数", whole_number(10**10)),
    _yes_no("secret_data", _E, Part.DATA, "秘密情報"),
    Field("recipients", _E, Input.TEXT, Part.DATA, "情報を受け取る人", _line(NOTE)),
    _yes_no("system_access", _E, Part.ACCESS, "社内システムへの接続"),
    _yes_no("work_stops", _E, Part.ACCESS, "停止時の業務影響"),
    _choice_field("devices", _E, Part.ACCESS, "使用端末", DEVICES, "ledger.devices"),
    _choice_field("workplace", _E, Part.ACCESS, "作業場所", WORKPLACES, "ledger.workplace"),
    Field("instructors", _E, Input.TEXT, Part.ACCESS, "指示できる人", _line(NOTE)),
    _choice_field("cloud_class", _E, Part.TERMS, "クラウドの区分", CLOUD, "ledger.cloud"),
    Field("cloud_basis", _E, Input.TEXT, Part.TERMS, "クラウドの区分の根拠", _line(NOTE)),
    Field("cloud_checked_on", _E, Input.DAY, Part.TERMS, "クラウドの確認日", day),
    _choice_field("trade_law", _E, Part.TERMS, "適用法令", LAWS, "ledger.trade_law"),
    _choice_field("assessment", _E, Part.TERMS, "評価方法", ASSESSMENTS, "ledger.assessment"),
    Field("tags", _E, Input.TAGS, Part.TERMS, "タグ", tag_list),
)
BY_NAME = {field.name: field for field in FIELDS}
_OF = {(field.of, field.name): field for field in FIELDS}
COLUMNS = {field.name: field.column for field in FIELDS}


def field_of(subject: str, name: str) -> Field | None:
    """The field of a kind of record (`supplier`, `engagement`), or None: other records have fields of the same names."""
    return _OF.get((subject, name))
