"""The outside coming in: parse, hand to a service, answer. No rules, no SQL."""
