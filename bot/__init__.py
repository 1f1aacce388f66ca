"""The application: rules inside (`domain`, `services`), wiring outside (`app`, `cli`)."""
