"""What holds for every page there is, read from the address book itself: a page added later is tested unasked."""
