"""What a run found, told: a page, Markdown, JUnit, an Inspect log, rows for the terminal."""
