"""Debian's Chromium, headless, driven by Debian's chromedriver. Nothing is downloaded, and no name but 127.0.0.1 resolves.

One browser serves a run; each person gets a window of it. `complaints` is what Chromium itself had to say (errors, blocked by
a policy), `network` what went over the wire, both since they were last asked.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

CHROMIUM, CHROMEDRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SWITCHES = (
    "--headless=new",
    "--no-sandbox",  # containers run as root
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--force-prefers-reduced-motion",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
Json = dict[str, Any]


@contextmanager
def chromium() -> Iterator[Chrome]:
    """A browser that is ended in any case."""
    os.environ["SE_OFFLINE"] = "true"
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in SWITCHES:
        options.add_argument(switch)
    options.add_experimental_option("prefs", {"intl.accept_languages": "ja", "safebrowsing.enabled": False})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(CHROMEDRIVER))
    driver.set_page_load_timeout(60)
    try:
        yield driver
    finally:
        driver.quit()


def complaints(driver: Chrome) -> list[str]:
    """Warnings and errors of every window's console: scripts, files that did not load, what a policy has blocked."""
    return [f"{one['level']}: {one['message']}" for one in driver.get_log("browser") if one["level"] in _BAD]


_BAD = {"WARNING", "SEVERE"}


def network(driver: Chrome) -> list[tuple[str, Json]]:
    """(window, DevTools message) for everything of the network."""
    entries = (json.loads(one["message"]) for one in driver.get_log("performance"))
    return [(one["webview"], one["message"]) for one in entries if one["message"]["method"].startswith("Network.")]


def body(driver: Chrome, request: str) -> str:
    """What a finished request of the window in front has brought."""
    got = driver.execute_cdp_cmd("Network.getResponseBody", {"requestId": request})
    return base64.b64decode(got["body"]).decode() if got["base64Encoded"] else str(got["body"])
