"""The part of LocalSlack that is about how payloads get to the app: sockets, the Request URL, bad weather on the way.

A method here is a row in `delivery_routes.py`.
"""

from __future__ import annotations

from sandbox.client_wire import Wire


class DeliveryControl(Wire):
    """What Slack's servers and the network do between a person's press and the app."""

    async def connected(self, timeout: float = 30) -> None:  # noqa: ASYNC109 - waited for by the server
        """Returns when the app listens: has a socket open, or has verified its Request URL; TimeoutError."""
        if not (await self.get("/sandbox/connected", timeout=timeout))["result"]:
            raise TimeoutError(f"the app has not connected within {timeout} s")

    async def verify_request_url(self) -> str:
        """Saves the Request URL anew, which also switches a disabled subscription on: "" or why Slack refuses it."""
        return str((await self.post("/sandbox/verify_request_url"))["result"])

    async def renew_sockets(self, reason: str = "refresh_requested") -> None:
        """Slack asks the app to connect anew: `warning`, or `refresh_requested`, after which it closes the old sockets.

        `link_disabled`: somebody has switched Socket Mode off; no socket opens until `enable_sockets`.
        """
        await self.post("/sandbox/renew_sockets", reason=reason)

    async def enable_sockets(self) -> None:
        """Socket Mode is switched on again."""
        await self.post("/sandbox/enable_sockets")

    async def freeze_sockets(self, *, also_new: bool = False) -> None:
        """The open sockets go dead: TCP stays, nothing is sent, no ping is answered. `also_new`: those to come, too.

        Without `also_new` the next ones are alive again; a socket that was frozen stays so.
        """
        await self.post("/sandbox/freeze_sockets", also_new=also_new)

    async def spread_payloads(self, seed: int | None) -> None:
        """Which of several sockets a payload goes to: by chance from `seed`; None: each in turn, as at first."""
        await self.post("/sandbox/spread", seed=seed)

    async def delivery_weather(
        self, seed: int, *, duplicate: float = 0, reorder: float = 0, late: float = 0, lost_ack: float = 0
    ) -> None:
        """Every payload may meet these faults, with these probabilities: the same seed, the same weather.

        Events come twice, out of order, some hundred ms late, or again because Slack has lost the acknowledgement; a person
        whose press was acknowledged in vain sees an error.
        """
        mix = {"duplicate": duplicate, "reorder": reorder, "late": late, "lost_ack": lost_ack}
        await self.post("/sandbox/delivery_weather", seed=seed, **mix)

    async def delivery_calm(self) -> None:
        """The end of it."""
        await self.post("/sandbox/delivery_weather")
