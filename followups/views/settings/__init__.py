"""The settings: everything an admin tunes, without Django's admin (SC-51)."""
