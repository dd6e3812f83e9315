"""What the body of a skill says: persona, triggers, scenarios, checklists, tests, links."""
