"""What a file seems to be and how its columns seem to fill ours: a suggestion that people correct, never a decision."""

from intake.guessing.kinds import guessed_kind
from intake.guessing.plans import fitting_presets, suggested_plan

__all__ = ["fitting_presets", "guessed_kind", "suggested_plan"]
