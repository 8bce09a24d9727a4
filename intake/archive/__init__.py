"""The whole installation in one zip: every table as CSV, what was in it by digest, and the records as others read them.

It goes back into an empty installation of the same release, on either database, with the same digests.
"""
