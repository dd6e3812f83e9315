"""How much of a skill's effect a student has without it, and what that did beside it."""
