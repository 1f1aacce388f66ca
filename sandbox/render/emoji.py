"""The emoji names that people and apps of an office use. An unknown name stays as it was written, as in Slack.

To add one: a row of TABLE (name as Slack spells it).
"""

from __future__ import annotations

import re

_PAIRS = """
white_check_mark=✅ heavy_check_mark=✔️ ballot_box_with_check=☑️ x=❌ warning=⚠️ no_entry=⛔ rotating_light=🚨
question=❓ exclamation=❗ information_source=ℹ️ bulb=💡 memo=📝 pencil=📝 pencil2=✏️ clipboard=📋 bell=🔔
no_bell=🔕 hourglass=⌛ hourglass_flowing_sand=⏳ alarm_clock=⏰ clock3=🕒 calendar=📅 date=📅 spiral_calendar_pad=🗓️
file_folder=📁 open_file_folder=📂 page_facing_up=📄 paperclip=📎 package=📦 inbox_tray=📥 outbox_tray=📤
email=📧 envelope=✉️ lock=🔒 unlock=🔓 key=🔑 shield=🛡️ mag=🔍 link=🔗 bar_chart=📊 chart_with_upwards_trend=📈
red_circle=🔴 large_orange_circle=🟠 large_yellow_circle=🟡 large_green_circle=🟢 large_blue_circle=🔵
white_circle=⚪ black_circle=⚫ large_green_square=🟩 large_yellow_square=🟨 large_red_square=🟥
white_large_square=⬜ black_large_square=⬛ arrow_right=➡️ arrow_left=⬅️ arrow_up=⬆️ arrow_down=⬇️
arrows_counterclockwise=🔄 repeat=🔁 point_right=👉 point_up=☝️ thumbsup=👍 +1=👍 thumbsdown=👎 -1=👎 pray=🙏
wave=👋 eyes=👀 raised_hands=🙌 clap=👏 tada=🎉 star=⭐ sparkles=✨ fire=🔥 office=🏢 house=🏠 globe_with_meridians=🌐
bust_in_silhouette=👤 busts_in_silhouette=👥 speech_balloon=💬 thought_balloon=💭 mega=📣 loudspeaker=📢
gear=⚙️ wrench=🔧 robot_face=🤖 wastebasket=🗑️ triangular_flag_on_post=🚩 checkered_flag=🏁 stop_sign=🛑
pushpin=📌 bookmark=🔖 handshake=🤝 bow=🙇 smile=😄 slightly_smiling_face=🙂 thinking_face=🤔 heart=❤️
"""
TABLE = dict(pair.split("=") for pair in _PAIRS.split())
_NAME = re.compile(r":([a-z0-9_+\-]+):")


def replace(text: str) -> str:
    """`:bell:` becomes the character; names that are not in the table stay."""
    return _NAME.sub(lambda found: TABLE.get(found[1], found[0]), text)
