"""The demo: a made-up Japanese company, its customers and two years of their story, told through the real verbs.

The same day and the same seed give the same data. `world.toml` and `phrases.toml` hold the words, this package the
story; nothing here is used outside `manage.py demo`.
"""
