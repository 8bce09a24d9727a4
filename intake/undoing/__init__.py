"""Taking an import back: what each chunk did, what of it still stands untouched, and the way back (ADR 9)."""
