"""What is broken of settings, tokens and people, and which lines then turn. `test_doctor_cases.py` plays it."""

from __future__ import annotations

from tests.journeys.town import (
    ANNA,
    EMPLOYEE,
    GONE,
    GUEST,
    LOBBY,
    SEC1,
    SEC_CHANNEL,
    TEAM_GROUP,
)
from tests.operating.breaking import (
    NO_SLACK,
    Case,
    both,
    env,
    group,
    machine,
    scopes,
    sql,
    team,
    unreadable_env,
)
from tests.operating.clinic import later

CASES = [
    # -- settings
    Case("a setting is missing", env(SLACK_BOT_TOKEN="-"), {"settings": "missing", "bot_token": "unasked", **NO_SLACK}),
    Case(
        "neither way in",
        env(SLACK_APP_TOKEN="-"),
        {"settings": "no_way", "mode": "unasked", "app_token": "unasked", "hello": "unasked"},
    ),
    Case(
        "both ways in",
        env(SLACK_SIGNING_SECRET="0123456789abcdef0123456789abcdef"),
        {"settings": "two_ways", "mode": "unasked", "app_token": "unasked", "hello": "unasked"},
    ),
    Case("a zone that is none", env(TIME_ZONE="Mars/Olympus"), {"settings": "malformed", "zone": "unasked"}),
    Case("an admin that is none", env(FIRST_ADMIN="aiko"), {"settings": "malformed", "admin": "unasked"}),
    Case("a number that is none", env(TICK_SECONDS="often"), {"settings": "malformed"}),
    Case("an .env that is no text", unreadable_env, {"settings": "unreadable"}),
    Case("no company name", env(COMPANY_NAME="-"), {"company": "workspace"}),
    Case("another zone", env(TIME_ZONE="Europe/Paris"), {"zone": "other"}),
    Case("less certain writes", env(SQLITE_SYNC="NORMAL"), {"sync": "normal"}),
    Case(
        "a followed clock",
        lambda at: at.env.update(CLOCK_URL=f"{at.running.url}/clock"),
        {"business_clock": "followed"},
    ),
    Case(
        "HTTP",
        env(SLACK_APP_TOKEN="-", SLACK_SIGNING_SECRET="0123456789abcdef0123456789abcdef", HTTP_PORT="@free"),
        {"mode": "http", "app_token": "", "hello": "", "signing": "ok", "port": "free"},
    ),
    Case(
        "HTTP with a strange secret",
        env(SLACK_APP_TOKEN="-", SLACK_SIGNING_SECRET="not-what-slack-would-show-there", HTTP_PORT="@free"),
        {"mode": "http", "app_token": "", "hello": "", "signing": "odd", "port": "free"},
    ),
    Case(
        "HTTP with no secret",
        env(SLACK_APP_TOKEN="-", SLACK_SIGNING_SECRET="xoxb-wrong", HTTP_PORT="@free"),
        {"settings": "malformed", "mode": "unasked", "app_token": "unasked", "hello": "unasked"},
    ),
    Case(
        "HTTP on a port in use",
        env(SLACK_APP_TOKEN="-", SLACK_SIGNING_SECRET="0123456789abcdef0123456789abcdef", HTTP_PORT="@taken"),
        {"mode": "http", "app_token": "", "hello": "", "signing": "ok", "port": "taken"},
    ),
    Case(
        "HTTP on a strange address",
        env(
            SLACK_APP_TOKEN="-",
            SLACK_SIGNING_SECRET="0123456789abcdef0123456789abcdef",
            HTTP_HOST="203.0.113.9",
            HTTP_PORT="@free",
        ),
        {"mode": "http", "app_token": "", "hello": "", "signing": "ok", "port": "refused"},
    ),
    # -- tokens
    Case("a bot token of nobody", env(SLACK_BOT_TOKEN="xoxb-nobody"), {"bot_token": "refused", **NO_SLACK}),
    Case(
        "a Slack that is not there",
        env(SLACK_API_URL="http://127.0.0.1:9/api/"),
        {"bot_token": "unreachable", "app_token": "unreachable", "hello": "unasked", **NO_SLACK},
    ),
    Case("an app token of nobody", env(SLACK_APP_TOKEN="xapp-nobody"), {"app_token": "refused", "hello": "unasked"}),
    Case(
        "a socket without a hello",
        lambda at: setattr(at.running.sandbox, "new_socket_url", lambda: "ws://127.0.0.1:9/socket/"),
        {"hello": "silent"},
    ),
    Case("a scope too few", scopes(without="files:read"), {"scopes": "missing"}),
    Case("a scope that is optional", scopes(extra="conversations.connect:write"), {"scopes_optional": "added"}),
    Case("a scope too many", scopes(extra="chat:write.public"), {"scopes_more": "more"}),
    Case(
        "no right to see history in DMs",
        scopes(without="im:history"),
        {"scopes": "missing", "history_dm": "refused"},
    ),
    Case("a clock that is slow", machine(now=later(seconds=-100)), {"slack_clock": "off"}),
    Case("a clock that is far off", machine(now=later(minutes=9)), {"slack_clock": "far"}),
    # -- people
    Case("no admin, but a team", env(FIRST_ADMIN="-"), {"admin": "unneeded"}),
    Case(
        "no admin and no team",
        both(env(FIRST_ADMIN="-"), sql("DELETE FROM setting")),
        {"admin": "empty", "team": "none", "team_members": ""},
    ),
    Case("an admin nobody knows", env(FIRST_ADMIN="U0NOBODY"), {"admin": "unknown"}),
    Case("an admin who left", env(FIRST_ADMIN=GONE), {"admin": "inactive"}),
    Case("an admin who is a guest", env(FIRST_ADMIN=GUEST), {"admin": "guest"}),
    Case("an admin of another company", env(FIRST_ADMIN=ANNA), {"admin": "outside"}),
    Case("no team", sql("DELETE FROM setting"), {"team": "none", "team_members": ""}),
    Case("a team of one", group(SEC1), {"team": "few"}),
    Case("a team of nobody", group(), {"team": "nobody"}),
    Case("a guest in the team", group(SEC1, EMPLOYEE, GUEST), {"team_members": "idle"}),
    Case(
        "a plan without user groups",
        lambda at: setattr(at.world.teams[at.world.home], "paid", False),
        {"team": "plan", "team_members": ""},
    ),
    Case("a group that is gone", lambda at: at.world.groups.clear(), {"team": "unreadable", "team_members": ""}),
    Case("a team nobody looked at", team(source=TEAM_GROUP, unsettled=True), {"team": "unsettled", "team_members": ""}),
    Case("a channel as the team", team(source=SEC_CHANNEL), {}),
    Case("a public channel as the team", team(source=LOBBY), {"team": "unfit", "team_members": ""}),
]
