"""Text → Skill: read, check, choose a language and a platform. Pure; imports nothing of ours."""
