"""The engine: many calls, asked once each, kept in a journal, within a budget."""
