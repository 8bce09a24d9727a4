"""Reading a file that somebody else made: in a process of its own, under limits, before any of it is believed.

`python -m intake.reading JOB.json` prints what it found as one JSON object. Nothing here asks the database or speaks to
people: what is wrong is a code with its facts, and intake/notes.py makes the sentence.
"""
