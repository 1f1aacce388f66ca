"""Row classes, grouped by story. Which value each holds: `storage/mapping.py`."""
