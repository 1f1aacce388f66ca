"""Words of one language, by story."""
